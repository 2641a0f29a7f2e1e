import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, it } from 'vitest'

const TESTS = join(import.meta.dirname, '..')

it('only a file whose process is its own takes a module out', () => {
  const mocking = ['unit', 'pg'].flatMap((room) =>
    readdirSync(join(TESTS, room))
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => `${room}/${name}`)
      .filter((path) => /\bvi\.(?:mock|doMock)\(/.test(readFileSync(join(TESTS, path), 'utf8'))),
  )
  expect(mocking).not.toEqual([])
  expect(mocking.filter((path) => !/^unit\/.*-without-/.test(path))).toEqual([])
})
