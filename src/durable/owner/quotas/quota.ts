import type { QuotaName, QuotaView } from '../../../protocol/quota.ts'

/** How much of a quota was used since its window began, in ms since 1970. */
type QuotaUse = { readonly since: number; readonly used: number }

export type QuotaUses = Readonly<Partial<Record<QuotaName, QuotaUse>>>
export type QuotaLimits = Readonly<Record<QuotaName, number>>

/** What a request takes of each quota. */
export type QuotaAsk = Readonly<Partial<Record<QuotaName, number>>>

/** The time for which a limit holds. A window begins with the first use after the one before. Null: the present number counts. */
const WINDOWS_MS: Readonly<Record<QuotaName, number | null>> = {
  starts: 60_000,
  runs_waiting: null,
  previews: 60_000,
  upload_bytes: 86_400_000,
}

const NAMES = ['starts', 'runs_waiting', 'previews', 'upload_bytes'] as const

type QuotaContext = {
  readonly limits: QuotaLimits
  /** How many runs wait for their turn. */
  readonly waiting: number
  readonly now: number
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
    WINDOWS_MS[name] === null ? [] : [[name, { ...use, used: use.used + amount }] as const],
  )
  return { uses: { ...before, ...Object.fromEntries(taken) }, over: [] }
}

/** All quotas of an owner, as they stand. */
export function viewQuotas(uses: QuotaUses, context: QuotaContext): QuotaView[] {
  return NAMES.map((name) => viewQuota({ name, use: useOf(uses, name, context) }, context))
}

/** A clock that went back begins another window: nobody must wait for the time at which it was wrong. */
function useOf(uses: QuotaUses, name: QuotaName, { waiting, now }: QuotaContext): QuotaUse {
  const window = WINDOWS_MS[name]
  if (window === null) return { since: now, used: waiting }
  const use = uses[name]
  const isOver = use === undefined || now < use.since || now - use.since >= window
  return isOver ? { since: now, used: 0 } : use
}

function viewQuota(
  { name, use }: { readonly name: QuotaName; readonly use: QuotaUse },
  { limits, now }: QuotaContext,
): QuotaView {
  const window = WINDOWS_MS[name]
  const limit = limits[name]
  const common = { name, limit, used: use.used, left: Math.max(0, limit - use.used) }
  if (window === null) return common
  const reset_s = Math.ceil((use.since + window - now) / 1_000)
  return { ...common, window_s: window / 1_000, reset_s }
}
