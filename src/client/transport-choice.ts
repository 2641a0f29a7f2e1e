import type { Transport } from './feed.ts'

/**
 * Which transport the next connection takes, and how often in a row it has failed. `fixed`: what was
 * wished for. `on`: the best that is not known to fail. `polling`: as a last resort, until it is time
 * to try a better one. `trying`: one connection of a better one, with polling to fall back on.
 */
export type Choice = {
  readonly transport: Transport
  readonly failures: number
} & (
  | { readonly kind: 'fixed' | 'on' }
  | { readonly kind: 'polling'; readonly tries: number; readonly up_at: number }
  | { readonly kind: 'trying'; readonly tries: number }
)

/** What can be had, the best first, and the pauses before a better one is tried. */
export type Ladder = {
  readonly streams: readonly Transport[]
  readonly up_ms: number
  readonly up_max_ms: number
  readonly now: number
}

/** So many failures in a row, and it is the next one's turn. */
const FAILURES_MAX = 2

export function firstChoice(wish: 'auto' | Transport): Choice {
  return wish === 'auto' ? on('sse') : { ...on(wish), kind: 'fixed' }
}

/** After a connection's first sign that it works. */
export function worked(choice: Choice): Choice {
  return choice.kind === 'trying' ? on(choice.transport) : { ...choice, failures: 0 }
}

/** After a connection that gave no such sign, where its transport may be what is in the way. */
export function failed(choice: Choice, ladder: Ladder): Choice {
  const failures = choice.failures + 1
  if (choice.kind === 'trying' || failures === FAILURES_MAX) return passOver(choice, ladder)
  return { ...choice, failures }
}

/** The next below, although it may not have failed: it is not to be had at the moment. */
export function passOver(choice: Choice, ladder: Ladder): Choice {
  switch (choice.kind) {
    case 'fixed':
      return choice
    case 'on':
      return below(choice.transport, ladder)
    case 'trying':
      return poll(choice.tries + 1, ladder)
    case 'polling':
      // Not even that works, so nothing is known of the others: from the top again.
      return on('sse')
  }
}

/** The next try; each better transport has its turn. */
export function goUp(choice: Choice, { streams }: Ladder): Choice {
  if (choice.kind !== 'polling') return choice
  const { tries } = choice
  return { ...on(streams[tries % streams.length] ?? 'sse'), kind: 'trying', tries }
}

function below(transport: Transport, ladder: Ladder): Choice {
  const next = ladder.streams[ladder.streams.indexOf(transport) + 1]
  return next === undefined ? poll(0, ladder) : on(next)
}

function on(transport: Transport): Choice {
  return { kind: 'on', transport, failures: 0 }
}

function poll(tries: number, { up_ms, up_max_ms, now }: Ladder): Choice {
  const up_at = now + Math.min(up_max_ms, up_ms * 2 ** tries)
  return { kind: 'polling', transport: 'poll', failures: 0, tries, up_at }
}
