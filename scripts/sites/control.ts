import { setTimeout as delay } from 'node:timers/promises'

import { z } from 'zod'

import { boardName, boardNumber } from './company.ts'
import { Fault } from './fault.ts'
import type { SiteSettings } from './settings.ts'

/** The present state of one board. */
type BoardState = {
  visit: number
  latency_ms: number
  /** Ends all waits when the latency changes. */
  hurry: AbortController
  fault: Fault | null
  /** Only requests whose path contains this text meet the fault. */
  at: string
  /** The number of requests that will still meet the fault. */
  times: number
  /** The Retry-After header of a fault that is a status: seconds or a date. */
  retry_after: string | null
}

/**
 * The body of `POST /control`. It changes one board, or all boards if it names none. `fault: null` ends a
 * fault. `times` limits a fault to that many requests, and `at` to the requests whose path contains it. A
 * new `latency_ms` answers all waiting requests at once. `robots` is the robots.txt of the whole host; null
 * sets the default one.
 */
const Change = z.strictObject({
  board: z.string().optional(),
  visit: z.int().min(1).max(1_000).optional(),
  latency_ms: z.int().min(0).max(600_000).optional(),
  fault: Fault.nullable().optional(),
  times: z.int().positive().optional(),
  at: z.string().optional(),
  retry_after: z
    .string()
    .regex(/^[ -~]{1,100}$/)
    .optional(),
  robots: z
    .strictObject({ status: z.int().min(200).max(599).default(200), text: z.string().default('') })
    .nullable()
    .optional(),
})
type Change = z.infer<typeof Change>

type Robots = { readonly status: number; readonly text: string }

/** The state of all boards, which `POST /control` changes. */
export class Control {
  readonly #boards: readonly BoardState[]
  #robots: Robots | null = null

  constructor(settings: SiteSettings) {
    this.#boards = Array.from({ length: settings.companies }, (_, index) => ({
      visit: 1,
      latency_ms: latencyOf(settings, index),
      hurry: new AbortController(),
      fault: settings.faults[index] ?? null,
      at: '',
      times: Infinity,
      retry_after: null,
    }))
  }

  board(number: number): Readonly<BoardState> | undefined {
    return this.#boards[number - 1]
  }

  /** Waits for the latency of the board. Throws if the server closes. */
  async wait(number: number, closing: AbortSignal): Promise<void> {
    const board = this.#boards[number - 1]
    if (!board || board.latency_ms === 0) return
    const { latency_ms, hurry } = board
    const signal = AbortSignal.any([closing, hurry.signal])
    await delay(latency_ms, undefined, { signal }).catch((error: unknown) => {
      if (!hurry.signal.aborted) throw error
    })
  }

  /** Takes the board's fault, if a request for this path meets it and `isMet` accepts its kind. */
  takeFault<F extends Fault>(
    number: number,
    path: string,
    isMet: (fault: Fault) => fault is F,
  ): F | undefined {
    const board = this.#boards[number - 1]
    if (!board?.fault || board.times <= 0 || !path.includes(board.at)) return undefined
    if (!isMet(board.fault)) return undefined
    board.times--
    return board.fault
  }

  /** The robots.txt: the one that `POST /control` has set, or a short default. */
  robots(): Robots {
    if (this.#robots) return this.#robots
    const lines = ['User-agent: *', 'Disallow: /private/']
    for (const [index, { fault }] of this.#boards.entries()) {
      if (fault === 'page-robots') lines.push(...forbidJobs(boardName(index + 1)))
    }
    return { status: 200, text: `${lines.join('\n')}\n` }
  }

  /** Applies the body of `POST /control`. Returns the reason if the body is wrong, and undefined otherwise. */
  change(body: unknown): string | undefined {
    const read = Change.safeParse(body)
    if (!read.success) return z.prettifyError(read.error)
    const boards = this.#named(read.data.board)
    if (boards.length === 0) return `there is no board "${read.data.board ?? ''}"`
    for (const board of boards) apply(board, read.data)
    if (read.data.robots !== undefined) this.#robots = read.data.robots
    return undefined
  }

  #named(name: string | undefined): readonly BoardState[] {
    if (name === undefined) return this.#boards
    const board = this.#boards[(boardNumber(name) ?? 0) - 1]
    return board ? [board] : []
  }
}

function apply(board: BoardState, change: Change): void {
  board.visit = change.visit ?? board.visit
  if (change.latency_ms !== undefined) {
    board.latency_ms = change.latency_ms
    board.hurry.abort()
    board.hurry = new AbortController()
  }
  if (change.fault === undefined) return
  board.fault = change.fault
  board.at = change.at ?? ''
  board.times = change.times ?? Infinity
  board.retry_after = change.retry_after ?? null
}

function forbidJobs(board: string): string[] {
  return [`Disallow: /${board}/jobs/`, `Disallow: /sites/${board}/jobs/`]
}

function latencyOf({ latency_ms, companies }: SiteSettings, index: number): number {
  if (typeof latency_ms === 'number') return latency_ms
  const [first, last] = latency_ms
  return Math.round(first + ((last - first) * index) / Math.max(1, companies - 1))
}
