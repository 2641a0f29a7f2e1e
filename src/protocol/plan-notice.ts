import type { FallenField } from './visit.ts'

/**
 * What a plan found that a person should learn of. `expiry.held`: so many postings of the group are gone that a person
 * decides (PLAN-4). `company.needs_attention`: fewer of its postings than usual have these fields.
 */
export type PlanNotice =
  | { readonly kind: 'expiry.held'; readonly gone: number; readonly open: number }
  | { readonly kind: 'company.needs_attention'; readonly fields: readonly FallenField[] }
