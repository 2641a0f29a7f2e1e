import type { Transport } from './feed.ts'

/**
 * The transport of the next connection, and how many of its connections failed in a row.
 * - `fixed`: the caller asked for it.
 * - `best`: the best transport that is not known to fail.
 * - `polling`: polls, since nothing better works, until `up_at`.
 * - `trying`: one connection of a better transport. If it fails, polling goes on.
 */
export type TransportChoice = {
  readonly transport: Transport
  readonly failures: number
} & (
  | { readonly kind: 'fixed' | 'best' }
  | { readonly kind: 'polling'; readonly tries: number; readonly up_at: number }
  | { readonly kind: 'trying'; readonly tries: number }
)

/** The transports better than polls, the best first, and the pauses before one of them is tried. */
export type Ladder = {
  readonly streams: readonly Transport[]
  readonly up_ms: number
  readonly up_max_ms: number
  readonly now: number
}

/** After so many failures in a row the next transport is taken. */
const FAILURES_MAX = 2

export function firstChoice(wish: 'auto' | Transport): TransportChoice {
  return wish === 'auto' ? best('sse') : { ...best(wish), kind: 'fixed' }
}

/** The choice after a connection that worked. */
export function afterSuccess(choice: TransportChoice): TransportChoice {
  return choice.kind === 'trying' ? best(choice.transport) : { ...choice, failures: 0 }
}

/** The choice after a connection whose transport may have been the reason that it failed. */
export function afterFailure(choice: TransportChoice, ladder: Ladder): TransportChoice {
  const failures = choice.failures + 1
  if (choice.kind === 'trying' || failures === FAILURES_MAX) return stepDown(choice, ladder)
  return { ...choice, failures }
}

/** The next transport below, also where this one has not failed but cannot be had at the moment. */
export function stepDown(choice: TransportChoice, ladder: Ladder): TransportChoice {
  switch (choice.kind) {
    case 'fixed':
      return choice
    case 'best':
      return below(choice.transport, ladder)
    case 'trying':
      return polling(choice.tries + 1, ladder)
    case 'polling':
      // Even polls failed, so the failures of the others say nothing about them: start from the top.
      return best('sse')
  }
}

/** While polls are used: a try of a better transport, of each in turn. */
export function stepUp(choice: TransportChoice, { streams }: Ladder): TransportChoice {
  if (choice.kind !== 'polling') return choice
  const { tries } = choice
  return { ...best(streams[tries % streams.length] ?? 'sse'), kind: 'trying', tries }
}

function below(transport: Transport, ladder: Ladder): TransportChoice {
  const next = ladder.streams[ladder.streams.indexOf(transport) + 1]
  return next === undefined ? polling(0, ladder) : best(next)
}

function best(transport: Transport): TransportChoice {
  return { kind: 'best', transport, failures: 0 }
}

function polling(tries: number, { up_ms, up_max_ms, now }: Ladder): TransportChoice {
  const up_at = now + Math.min(up_max_ms, up_ms * 2 ** tries)
  return { kind: 'polling', transport: 'poll', failures: 0, tries, up_at }
}
