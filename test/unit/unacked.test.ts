import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { Unacked } from '../../src/durable/watch/socket-sink.ts'

describe('the unacknowledged bytes', () => {
  type Sent = { readonly bytes: number; readonly seq: number | undefined }

  /** The exact count: every frame that was sent and is not known to be read. */
  function exactly(unread: readonly Sent[]): number {
    return unread.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  const acts = fc.array(
    fc.oneof(
      fc.record({ bytes: fc.integer({ min: 1, max: 100 }), id: fc.boolean() }),
      fc.record({ ack: fc.integer({ min: 0, max: 60 }) }),
    ),
    { maxLength: 60 },
  )

  it('W-1: are never counted too low, and are zero when the last cursor is acknowledged', () => {
    fc.assert(
      fc.property(acts, (list) => {
        const unacked = new Unacked()
        let unread: Sent[] = []
        let seq = 0
        const exceeds = (limit: number): boolean => unacked.exceeds(limit)
        for (const act of list) {
          if ('ack' in act) {
            const read = unread.findLastIndex((one) => one.seq !== undefined && one.seq <= act.ack)
            unread = unread.slice(read + 1)
            unacked.acked(act.ack)
          } else {
            seq += 1
            const sent = { bytes: act.bytes, seq: act.id ? seq : undefined }
            unread.push(sent)
            unacked.sent(sent.bytes, sent.seq)
          }
          const bytes = exactly(unread)
          expect(bytes > 0 && !exceeds(bytes - 1)).toBe(false)
        }
        unacked.acked(seq)
        unacked.taken()
        expect(exceeds(0)).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })
})
