import type { QuotaName, QuotaView } from '../../../protocol/quota.ts'
import { limitsOf, type Settings } from '../../../settings.ts'

const HOUR = 3_600_000

/** How much of a quota was used since its window began, or since it was counted: `since` is in ms since 1970. */
type QuotaUse = { readonly since: number; readonly used: number }

export type QuotaUses = Readonly<Partial<Record<QuotaName, QuotaUse>>>
export type QuotaLimits = Readonly<Record<QuotaName, number>>

/** What a request takes of each quota. */
export type QuotaAsk = Readonly<Partial<Record<QuotaName, number>>>

/**
 * How a quota is counted. A number: the time for which its limit holds; a window begins with the first use after the one
 * before. `present`: what there is now, which the object knows. `kept`: what there was when Postgres counted, and what was
 * added since.
 */
const COUNTED: Readonly<Record<QuotaName, number | 'present' | 'kept'>> = {
  starts: 60_000,
  runs_waiting: 'present',
  previews: 60_000,
  upload_bytes: 24 * HOUR,
  stored_bytes: 'kept',
}

const NAMES = ['starts', 'runs_waiting', 'previews', 'upload_bytes', 'stored_bytes'] as const

/**
 * How long a count of Postgres is believed. It is too high by what was deleted since, which a refusal counts again first,
 * and too low by what was uploaded while the owner's object was away.
 */
const BELIEVED_MS = HOUR

type QuotaContext = {
  readonly limits: QuotaLimits
  /** How many runs wait for their turn. */
  readonly waiting: number
  readonly now: number
}

export function quotaLimits(settings: Settings, owner: string): QuotaLimits {
  const limits = limitsOf(settings, owner)
  return {
    starts: limits.starts_a_minute,
    runs_waiting: limits.runs_waiting,
    previews: limits.previews_a_minute,
    upload_bytes: limits.upload_day_bytes,
    stored_bytes: limits.stored_max_bytes,
  }
}

/** Takes all that a request asks for, or nothing (QUOTA-1). `over`: the quotas that have not as much left. */
export function takeQuotas(
  before: QuotaUses,
  ask: QuotaAsk,
  context: QuotaContext,
): { readonly uses: QuotaUses; readonly over: readonly QuotaView[] } {
  const asked = NAMES.flatMap((name) => {
    const amount = ask[name]
    return amount === undefined ? [] : [{ name, amount, use: useOf(before, name, context) }]
  })
  const over = asked.filter(({ name, amount, use }) => use.used + amount > context.limits[name])
  if (over.length > 0) return { uses: before, over: over.map((one) => viewQuota(one, context)) }
  const taken = asked.flatMap(({ name, amount, use }) =>
    COUNTED[name] === 'present' ? [] : [[name, { ...use, used: use.used + amount }] as const],
  )
  return { uses: { ...before, ...Object.fromEntries(taken) }, over: [] }
}

/** Whether the stored bytes have to be counted before this request is decided: they were not lately, or it would be refused. */
export function needsCount(uses: QuotaUses, ask: QuotaAsk, { limits, now }: QuotaContext): boolean {
  const amount = ask.stored_bytes
  if (amount === undefined) return false
  const counted = uses.stored_bytes
  if (counted === undefined || now < counted.since || now - counted.since >= BELIEVED_MS)
    return true
  return counted.used + amount > limits.stored_bytes
}

/** All quotas of an owner, as they stand. */
export function viewQuotas(uses: QuotaUses, context: QuotaContext): QuotaView[] {
  return NAMES.map((name) => viewQuota({ name, use: useOf(uses, name, context) }, context))
}

/** A clock that went back begins another window: nobody must wait for the time at which it was wrong. */
function useOf(uses: QuotaUses, name: QuotaName, { waiting, now }: QuotaContext): QuotaUse {
  const counted = COUNTED[name]
  if (counted === 'present') return { since: now, used: waiting }
  const use = uses[name] ?? { since: now, used: 0 }
  if (counted === 'kept') return use
  const isOver = now < use.since || now - use.since >= counted
  return isOver ? { since: now, used: 0 } : use
}

function viewQuota(
  { name, use }: { readonly name: QuotaName; readonly use: QuotaUse },
  { limits, now }: QuotaContext,
): QuotaView {
  const counted = COUNTED[name]
  const limit = limits[name]
  const common = { name, limit, used: use.used, left: Math.max(0, limit - use.used) }
  if (typeof counted !== 'number') return common
  const reset_s = Math.ceil((use.since + counted - now) / 1_000)
  return { ...common, window_s: counted / 1_000, reset_s }
}
