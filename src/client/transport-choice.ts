import type { Transport } from './feed.ts'

/**
 * The transport of the next connection, how many of its connections failed in a row, and how often another transport
 * was tried in vain.
 * - `fixed`: the caller asked for it.
 * - `best`: the best transport that is not known to fail.
 * - `polling`: polls, since nothing better works, until `up_at`.
 * - `trying`: one connection of a better transport. If it fails, polling goes on.
 * - `resting`: one socket, while the run stands still. If the run moves, or the socket fails, a stream follows.
 */
export type TransportChoice = {
  readonly transport: Transport
  readonly failures: number
  readonly tries: number
} & (
  | { readonly kind: 'fixed' | 'best' | 'trying' | 'resting' }
  | { readonly kind: 'polling'; readonly up_at: number }
)

/** The transports better than polls, the best first, and the pauses before another one is tried. */
export type Ladder = {
  readonly streams: readonly Transport[]
  readonly up_ms: number
  readonly up_max_ms: number
  readonly still_ms: number
  readonly now: number
}

/** After so many failures in a row the next transport is taken. */
const FAILURES_MAX = 2

export function firstChoice(wish: 'auto' | Transport): TransportChoice {
  return wish === 'auto' ? best('sse') : { ...best(wish), kind: 'fixed' }
}

/** Whether the connection is a try, and what it replaced is known to work. */
export function isTry({ kind }: TransportChoice): boolean {
  return kind === 'trying' || kind === 'resting'
}

/** The choice after a connection that worked. */
export function afterSuccess(choice: TransportChoice): TransportChoice {
  if (choice.kind === 'resting') return best('sse')
  return choice.kind === 'trying' ? best(choice.transport) : { ...choice, failures: 0 }
}

/** The choice after a connection whose transport may have been the reason that it failed. */
export function afterFailure(choice: TransportChoice, ladder: Ladder): TransportChoice {
  const failures = choice.failures + 1
  if (isTry(choice) || failures === FAILURES_MAX) return stepDown(choice, ladder)
  return { ...choice, failures }
}

/** The next transport below, also where this one has not failed but cannot be had at the moment. */
export function stepDown(choice: TransportChoice, ladder: Ladder): TransportChoice {
  const { kind, transport, tries } = choice
  switch (kind) {
    case 'fixed':
      return choice
    case 'best':
      return below(transport, ladder)
    case 'trying':
      return polling(ladder, tries)
    case 'resting':
      return best('sse', tries)
    case 'polling':
      // Even polls failed, so the failures of the others say nothing about them: start from the top.
      return best('sse')
  }
}

/** For how long a run must have stood still for a socket to take the stream's place. Undefined: none may. */
export function restAfterMs(choice: TransportChoice, ladder: Ladder): number | undefined {
  const { kind, transport, tries } = choice
  const mayRest = kind === 'best' && transport === 'sse' && ladder.streams.length > 1
  return mayRest ? pauseMs(ladder.still_ms, tries, ladder) : undefined
}

/**
 * The choice after a connection that the client left. Polls are left for a better transport, each in turn; the stream
 * of a run that stands still for a socket; and that socket, when the run moves, for a stream.
 */
export function stepAside(choice: TransportChoice, { streams }: Ladder): TransportChoice {
  const { kind, tries } = choice
  if (kind === 'polling')
    return { ...best(streams[tries % streams.length] ?? 'sse', tries + 1), kind: 'trying' }
  if (kind === 'best') return { ...best('socket', tries + 1), kind: 'resting' }
  return afterSuccess(choice)
}

/** Polls, until a better transport is tried. */
export function polling(ladder: Ladder, tries = 0): TransportChoice {
  const up_at = ladder.now + pauseMs(ladder.up_ms, tries, ladder)
  return { kind: 'polling', transport: 'poll', failures: 0, tries, up_at }
}

function below(transport: Transport, ladder: Ladder): TransportChoice {
  const next = ladder.streams[ladder.streams.indexOf(transport) + 1]
  return next ? best(next) : polling(ladder)
}

function best(transport: Transport, tries = 0): TransportChoice {
  return { kind: 'best', transport, failures: 0, tries }
}

function pauseMs(ms: number, tries: number, { up_max_ms }: Ladder): number {
  return Math.min(up_max_ms, ms * 2 ** tries)
}
