import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import { GroupedJson, inArrays, inObjects } from '../../src/durable/watch/frame.ts'

const members = fc.array(fc.tuple(fc.nat({ max: 3 }), fc.string({ unit: 'grapheme' })), {
  maxLength: 60,
})

it('EV-4: writes everything, in objects up to the largest allowed size', () => {
  fc.assert(
    fc.property(members, fc.integer({ min: 30, max: 200 }), (given, max) => {
      const sorted = given.toSorted(([a], [b]) => a - b)
      const json = new GroupedJson(inArrays, max)
      for (const [group, text] of sorted)
        json.add(JSON.stringify(`g${group}`), JSON.stringify(text))
      const texts = json.events('update').map(({ data }) => data)
      const said = texts.flatMap((text) =>
        Object.entries<string[]>(JSON.parse(text)).flatMap(([group, all]) =>
          all.map((one) => [group, one]),
        ),
      )
      expect(said).toEqual(sorted.map(([group, text]) => [`g${group}`, text]))
      for (const text of texts) {
        const parsed: Record<string, string[]> = JSON.parse(text)
        const alone = Object.values(parsed).flat().length === 1
        // An entry that is larger than the limit is alone in its object.
        expect(alone || new TextEncoder().encode(text).length <= max + 2).toBe(true)
      }
    }),
  )
})

it("EV-10: keeps an entry with the name of an object's built-in property", () => {
  const json = new GroupedJson(inObjects, Infinity)
  json.add('"__proto__"', '"constructor":1')
  expect(json.events('update').map(({ data }) => data)).toEqual(['{"__proto__":{"constructor":1}}'])
})
