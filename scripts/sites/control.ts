import { z } from 'zod'

import { boardNumber } from './company.ts'
import { Fault } from './fault.ts'
import type { SiteSettings } from './settings.ts'

/** What one board does at present. */
type BoardState = {
  visit: number
  latency_ms: number
  fault: Fault | null
  /** How many more requests meet the fault. */
  times: number
}

/**
 * The body of `POST /control`: for one board, or for all of them. `fault: null` ends a fault;
 * `times` lets it hit that many requests and no more.
 */
const Change = z.strictObject({
  board: z.string().optional(),
  visit: z.int().min(1).max(1_000).optional(),
  latency_ms: z.int().min(0).max(600_000).optional(),
  fault: Fault.nullable().optional(),
  times: z.int().positive().optional(),
})
type Change = z.infer<typeof Change>

/** What the boards were told to do, and what they were asked for. */
export class Control {
  readonly #boards: readonly BoardState[]
  readonly #requests = new Map<string, number>()

  constructor(settings: SiteSettings) {
    this.#boards = Array.from({ length: settings.companies }, (_, index) => ({
      visit: 1,
      latency_ms: latencyOf(settings, index),
      fault: settings.faults[index] ?? null,
      times: Infinity,
    }))
  }

  board(number: number): Readonly<BoardState> | undefined {
    return this.#boards[number - 1]
  }

  /** The fault that this request meets. */
  takeFault(number: number): Fault | undefined {
    const board = this.#boards[number - 1]
    if (!board?.fault || board.times <= 0) return undefined
    board.times--
    return board.fault
  }

  /** Undefined: done. Otherwise what is wrong with the change. */
  change(body: unknown): string | undefined {
    const read = Change.safeParse(body)
    if (!read.success) return z.prettifyError(read.error)
    const boards = this.#named(read.data.board)
    if (boards.length === 0) return `there is no board "${read.data.board ?? ''}"`
    for (const board of boards) apply(board, read.data)
    return undefined
  }

  #named(name: string | undefined): readonly BoardState[] {
    if (name === undefined) return this.#boards
    const board = this.#boards[(boardNumber(name) ?? 0) - 1]
    return board ? [board] : []
  }

  count(path: string): void {
    this.#requests.set(path, (this.#requests.get(path) ?? 0) + 1)
  }

  /** Requests by path, without query. */
  requests(): Record<string, number> {
    return Object.fromEntries(this.#requests)
  }
}

function apply(board: BoardState, change: Change): void {
  board.visit = change.visit ?? board.visit
  board.latency_ms = change.latency_ms ?? board.latency_ms
  if (change.fault === undefined) return
  board.fault = change.fault
  board.times = change.times ?? Infinity
}

function latencyOf({ latency_ms, companies }: SiteSettings, index: number): number {
  if (typeof latency_ms === 'number') return latency_ms
  const [first, last] = latency_ms
  return Math.round(first + ((last - first) * index) / Math.max(1, companies - 1))
}
