import { describe, expect, it } from 'vitest'

import { Places } from '../../src/durable/watch/places.ts'

const settings = { watchers_max: 2, poll_again_ms: 5_000 }

describe('the places for the watchers of a run', () => {
  it('W-13: are as many as are set, and a watcher that leaves frees its place', () => {
    const places = new Places(settings)
    expect([places.take(0), places.take(0)]).toEqual([null, null])
    expect(places.take(0)).toEqual(expect.any(Number))
    places.free()
    expect(places.take(0)).toBeNull()
  })

  it('W-13: are not taken by a client that leaves with its answer', () => {
    const places = new Places(settings)
    for (let i = 0; i < 5; i += 1) expect(places.look(0)).toBeNull()
    expect([places.take(0), places.take(0)]).toEqual([null, null])
    expect(places.look(0)).toEqual(expect.any(Number))
  })

  it('W-13: send a client away for about the time that is set', () => {
    const places = new Places({ ...settings, watchers_max: 0 })
    const pauses = Array.from({ length: 500 }, (_, i) => places.look(i * 1_000) ?? 0)
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(3_750)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(6_250)
    expect(new Set(pauses).size).toBeGreaterThan(400)
  })

  it.each([200, 1_000, 4_000])(
    'W-13: are asked for at most some 200 times a second by %i clients',
    (clients) => {
      const places = new Places({ ...settings, watchers_max: 0 })
      const asked = asks(places, { clients, from_ms: 0, to_ms: 120_000 })
      const late = asked.filter((at) => at > 60_000)
      expect(late.length / 60).toBeLessThan(260)
      // Nobody is forgotten, either.
      expect(late.length).toBeGreaterThanOrEqual(clients)
    },
  )

  it('W-13: are asked for as often as before when most clients have gone', () => {
    const places = new Places({ ...settings, watchers_max: 0 })
    asks(places, { clients: 4_000, from_ms: 0, to_ms: 60_000 })
    const asked = asks(places, { clients: 10, from_ms: 60_000, to_ms: 180_000 })
    const late = asked.filter((at) => at > 120_000)
    expect(late.length).toBeGreaterThan(90)
  })
})

type Crowd = { readonly clients: number; readonly from_ms: number; readonly to_ms: number }

/** When these clients ask for a place, each of them as soon as it was told to. */
function asks(places: Places, { clients, from_ms, to_ms }: Crowd): number[] {
  const due = Array.from({ length: clients }, () => from_ms)
  const asked: number[] = []
  for (let now = from_ms; now < to_ms; now += 50) {
    for (const [client, at] of due.entries()) {
      if (at > now) continue
      asked.push(now)
      due[client] = now + (places.look(now) ?? 0)
    }
  }
  return asked
}
