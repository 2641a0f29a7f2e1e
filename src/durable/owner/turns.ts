import type { RunId } from '../../protocol/ids.ts'
import { counted } from '../../protocol/nouns.ts'
import type { Concurrency } from '../../protocol/run.ts'
import type { Reason } from '../../protocol/status.ts'
import { isTerminalRun } from '../../protocol/terminal.ts'
import type { RunOrder, RunStanding } from './owner-rpc.ts'

/**
 * A run that goes on, in this round of it: one of so many at work at once, or one that waits for its turn. `place`:
 * in which order the runs have asked. `n`: the number of the decision that made the turn what it is. `told`: the number
 * of the last order that surely reached the run.
 */
export type RunTurn = {
  readonly run_id: RunId
  readonly round: number
  readonly state: 'waiting' | 'admitted'
  readonly place: number
  readonly n: number
  readonly told: number
  /** The run itself is paused. It keeps its place, and is not admitted before it is resumed. */
  readonly paused: boolean
  readonly priority: number
  readonly concurrency?: Concurrency
}

/**
 * All that an owner's object decides by, without the turns. `n`: the number of the last decision. `gate`: the last
 * pause of all runs, or the resume after it, with the number of that decision.
 */
export type Desk = {
  readonly n: number
  readonly gate: {
    readonly n: number
    readonly paused?: { readonly by: string; readonly at: number }
  }
}

export const openDesk: Desk = { n: 0, gate: { n: 0 } }

type RunTurns = ReadonlyMap<RunId, RunTurn>

/** What a decision changes: the desk, the turns with their new contents, and the runs that have none any more. */
export type TurnDecision = {
  readonly desk: Desk
  readonly put: readonly RunTurn[]
  readonly drop: readonly RunId[]
}

/** The storage of what an owner's object decides by. `write` is one transaction. */
export type TurnStore = {
  read(): { readonly desk: Desk; readonly turns: Map<RunId, RunTurn> }
  write(decision: TurnDecision): void
}

type Admitting = { readonly desk: Desk; readonly turns: RunTurns; readonly limit: number }

/** Enters a run, brings its turn up to date, or frees it, and admits who may go on then (ADM-1). */
export function hearStanding(before: Admitting, standing: RunStanding): TurnDecision {
  const { run_id, round, status, asks } = standing
  const known = before.turns.get(run_id)
  if (known !== undefined && round < known.round) return nothing(before.desk)
  if (isTerminalRun(status)) return known === undefined ? nothing(before.desk) : free(before, known)
  // A run of an earlier version goes on without having asked.
  const facts = asks ?? { n: 0, admitted: true }
  const own = rankOf(facts)
  if (known?.round === round) {
    const turn = { ...known, ...own, told: Math.max(known.told, facts.n) }
    return admit(before, { changed: same(turn, known) ? [] : [turn] })
  }
  const n = before.desk.n + 1
  const state = facts.admitted === true ? 'admitted' : 'waiting'
  const turn: RunTurn = { run_id, round, state, place: n, n, told: n, ...own }
  return admit({ ...before, desk: { ...before.desk, n } }, { changed: [turn], entered: run_id })
}

function rankOf({ paused, priority = 0, concurrency }: NonNullable<RunStanding['asks']>) {
  return {
    paused: paused === true,
    priority,
    ...(concurrency === undefined ? {} : { concurrency }),
  }
}

/** Frees the turn of a run that has ended, or that nobody knows any more. */
export function free(before: Admitting, { run_id }: Pick<RunTurn, 'run_id'>): TurnDecision {
  return { ...admit(before, { gone: run_id }), drop: [run_id] }
}

/** Pauses all runs, or lets them go on (RUN-9). Whoever pauses them again changes nothing. */
export function moveGate(
  before: Admitting,
  paused: { readonly by: string; readonly at: number } | undefined,
): TurnDecision {
  if ((before.desk.gate.paused === undefined) === (paused === undefined))
    return nothing(before.desk)
  const n = before.desk.n + 1
  const gate = { n, ...(paused === undefined ? {} : { paused }) }
  return admit({ ...before, desk: { n, gate } }, {})
}

/** Turns with new contents, the run among them that has just asked for the first time, and a run that is gone. */
type TurnChange = {
  readonly changed?: readonly RunTurn[]
  readonly entered?: RunId
  readonly gone?: RunId
}

/**
 * Admits waiting runs while there is room. `entered`: the run that is told in the answer to its own call, and asks again
 * until it has one.
 */
function admit(before: Admitting, { changed = [], entered, gone }: TurnChange): TurnDecision {
  const turns = new Map(before.turns)
  for (const turn of changed) turns.set(turn.run_id, turn)
  if (gone !== undefined) turns.delete(gone)
  const put = new Map(changed.map((turn) => [turn.run_id, turn]))
  let { n } = before.desk
  for (const turn of nextOf(turns, before)) {
    n += 1
    const told = turn.run_id === entered ? n : turn.told
    put.set(turn.run_id, { ...turn, state: 'admitted', n, told })
  }
  return { desk: { ...before.desk, n }, put: [...put.values()], drop: [] }
}

/** The waiting runs that may go on now, in their order. */
function nextOf(turns: RunTurns, { desk, limit }: Admitting): RunTurn[] {
  const all = [...turns.values()]
  const admitted = all.filter(({ state }) => state === 'admitted')
  let room = limit - admitted.length
  if (room <= 0 || desk.gate.paused !== undefined || admitted.length === all.length) return []
  const keys = keysOf(admitted)
  const next: RunTurn[] = []
  for (const turn of queueOf(all)) {
    if (room <= 0) break
    if (!keys.take(turn)) continue
    next.push(turn)
    room -= 1
  }
  return next
}

/** The runs that wait for their turn, the next one first. */
function queueOf(turns: readonly RunTurn[]): RunTurn[] {
  return turns.filter(({ state, paused }) => state === 'waiting' && !paused).toSorted(byTurn)
}

function byTurn(a: RunTurn, b: RunTurn): number {
  return b.priority - a.priority || a.place - b.place
}

/**
 * The concurrency keys of the runs at work. `take` says whether one more run may join them, and counts it if it may. A
 * run that may not makes all later ones of its key wait, too: otherwise a run with a low limit could wait for ever.
 */
function keysOf(admitted: readonly RunTurn[]) {
  const taken = new Map<string, { count: number; limit: number }>()
  const join = ({ key, limit }: Concurrency): void => {
    const at = taken.get(key) ?? { count: 0, limit }
    taken.set(key, { count: at.count + 1, limit: Math.min(at.limit, limit) })
  }
  for (const { concurrency } of admitted) if (concurrency !== undefined) join(concurrency)
  return {
    take({ concurrency }: RunTurn): boolean {
      if (concurrency === undefined) return true
      const { count, limit } = taken.get(concurrency.key) ?? { count: 0, limit: Infinity }
      const isFree = count < Math.min(limit, concurrency.limit)
      if (isFree) join(concurrency)
      else taken.set(concurrency.key, { count, limit: 0 })
      return isFree
    },
  }
}

/** The number of the last order for a run. */
export function orderNumber({ n }: RunTurn, { gate }: Desk): number {
  return Math.max(n, gate.n)
}

/** What a run is told to do. */
export function orderOf({ desk, turns, limit }: Admitting, turn: RunTurn): RunOrder {
  const place = { n: orderNumber(turn, desk), round: turn.round }
  const { paused } = desk.gate
  if (paused !== undefined) return { kind: 'paused', ...place, ...paused }
  if (turn.state === 'admitted') return { kind: 'go', ...place }
  return { kind: 'wait', ...place, reason: whyWaits({ turns, limit }, turn) }
}

function whyWaits({ turns, limit }: Omit<Admitting, 'desk'>, turn: RunTurn): Reason {
  const all = [...turns.values()]
  const admitted = all.filter(({ state }) => state === 'admitted')
  const { concurrency } = turn
  const alike = admitted.filter((other) => other.concurrency?.key === concurrency?.key)
  if (concurrency !== undefined && alike.length > 0 && admitted.length < limit) {
    const message = `Runs with the concurrency key “${concurrency.key}” do not go side by side, and ${counted(alike.length, runNoun)} of them ${alike.length === 1 ? 'is' : 'are'} at work.`
    return { code: 'concurrency', message }
  }
  const ahead = queueOf(all).filter((other) => byTurn(other, turn) < 0).length
  const first = ahead === 0 ? 'It is the next one.' : `${ahead} of your runs go first.`
  const message = `${limit} of your runs are at work, as many as may be at once. ${first}`
  return { code: 'runs_at_once', message }
}

const runNoun = { one: 'run', many: 'runs' }

function same(a: RunTurn, b: RunTurn): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function nothing(desk: Desk): TurnDecision {
  return { desk, put: [], drop: [] }
}
