import type { Transport } from './feed.ts'

/**
 * Which transport the next connection takes. `fixed`: what was wished for. `on`: the best that is not
 * known to fail. `polling`: as a last resort, until it is time to try a better one. `trying`: one
 * connection of a better one, with polling to fall back on.
 */
export type Choice =
  | { readonly kind: 'fixed'; readonly transport: Transport }
  | { readonly kind: 'on'; readonly transport: Transport; readonly failures: number }
  | {
      readonly kind: 'polling'
      readonly failures: number
      readonly tries: number
      readonly up_at: number
    }
  | { readonly kind: 'trying'; readonly transport: Transport; readonly tries: number }

/** What can be had, the best first, and the pauses before a better one is tried. */
export type Ladder = {
  readonly streams: readonly Transport[]
  readonly up_ms: number
  readonly up_max_ms: number
}

/** So many failures in a row, and it is the next one's turn. */
const FAILURES_MAX = 2

export function firstChoice(wish: 'auto' | Transport): Choice {
  if (wish === 'auto') return { kind: 'on', transport: 'sse', failures: 0 }
  return { kind: 'fixed', transport: wish }
}

export function transportOf(choice: Choice): Transport {
  return choice.kind === 'polling' ? 'poll' : choice.transport
}

/** After a connection's first sign that it works. */
export function worked(choice: Choice): Choice {
  switch (choice.kind) {
    case 'fixed':
      return choice
    case 'on':
    case 'trying':
      return { kind: 'on', transport: choice.transport, failures: 0 }
    case 'polling':
      return { ...choice, failures: 0 }
  }
}

/** After a connection that gave no such sign, where its transport may be what is in the way. */
export function failed(choice: Choice, ladder: Ladder, now: number): Choice {
  switch (choice.kind) {
    case 'fixed':
      return choice
    case 'on':
      if (choice.failures + 1 < FAILURES_MAX) return { ...choice, failures: choice.failures + 1 }
      return below(choice.transport, ladder, now)
    case 'trying':
      return poll(choice.tries + 1, ladder, now)
    case 'polling':
      // Not even that works, so nothing is known of the others: from the top again.
      if (choice.failures + 1 < FAILURES_MAX) return { ...choice, failures: choice.failures + 1 }
      return firstChoice('auto')
  }
}

/** The next below, although it did not fail: it is not to be had at the moment. */
export function passOver(choice: Choice, ladder: Ladder, now: number): Choice {
  return choice.kind === 'on' ? below(choice.transport, ladder, now) : failed(choice, ladder, now)
}

/** The next try; each better transport has its turn. */
export function goUp(choice: Choice, ladder: Ladder): Choice {
  if (choice.kind !== 'polling') return choice
  const transport = ladder.streams[choice.tries % ladder.streams.length] ?? 'sse'
  return { kind: 'trying', transport, tries: choice.tries }
}

function below(transport: Transport, ladder: Ladder, now: number): Choice {
  const next = ladder.streams[ladder.streams.indexOf(transport) + 1]
  return next === undefined ? poll(0, ladder, now) : { kind: 'on', transport: next, failures: 0 }
}

function poll(tries: number, ladder: Ladder, now: number): Choice {
  const pause = Math.min(ladder.up_max_ms, ladder.up_ms * 2 ** tries)
  return { kind: 'polling', failures: 0, tries, up_at: now + pause }
}
