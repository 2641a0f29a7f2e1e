import { z } from 'zod'

import type { Company } from '../../src/protocol/company.ts'
import type { RunInput } from '../../src/protocol/run.ts'
import type { ScheduleView } from '../../src/protocol/schedule.ts'
import { labelsIn, labelText, ownLabels } from '../parts/label-text.ts'
import { parseJson } from '../wire/json.ts'
import { newWhen, type WhenDraft, whenDraftOf, whenOf } from './when-draft.ts'

type WhatForm = 'all' | 'labelled' | 'chosen' | 'samples' | 'input'

/** What the runs of a schedule read. The fields of the other forms keep what was typed into them. */
export type WhatDraft = {
  readonly form: WhatForm
  /** The label of the companies, by its key or as key:value. */
  readonly label: string
  /** The slugs of the chosen companies. */
  readonly chosen: readonly string[]
  readonly samples: readonly Company[]
  readonly pipeline: string
  /** The input as JSON. */
  readonly text: string
}

export type ScheduleDraft = {
  readonly name: string
  readonly labels: string
  readonly what: WhatDraft
  readonly when: WhenDraft
  readonly jitter_s: string
  readonly overlap: ScheduleView['overlap']
  readonly backfill: ScheduleView['backfill']
}

const noWhat: WhatDraft = {
  form: 'all',
  label: '',
  chosen: [],
  samples: [],
  pipeline: 'ingestion',
  text: '',
}

/** The empty form, or one for runs like a run that was started. */
export function newSchedule(zone: string, like?: RunInput): ScheduleDraft {
  return {
    name: like?.name ?? '',
    labels: labelText(ownLabels(like?.labels ?? {})),
    what: like === undefined ? noWhat : whatOf(like),
    when: newWhen(zone),
    jitter_s: '0',
    overlap: 'skip',
    backfill: 'none',
  }
}

export function draftOf(schedule: ScheduleView, zone: string): ScheduleDraft {
  const { name, labels = {}, start, when, jitter_s, overlap, backfill } = schedule
  return {
    name,
    labels: labelText(labels),
    what: whatOf(start),
    when: whenDraftOf(when, zone),
    jitter_s: String(jitter_s),
    overlap,
    backfill,
  }
}

const AllInput = z.strictObject({ companies: z.literal('all') })
const LabelledInput = z.strictObject({ companies: z.strictObject({ label: z.string() }) })
const ChosenInput = z.strictObject({ companies: z.array(z.string()).min(1) })

function whatOf({ pipeline, input }: Pick<RunInput, 'pipeline' | 'input'>): WhatDraft {
  const what = { ...noWhat, pipeline, text: JSON.stringify(input, null, 2) }
  if (pipeline !== 'ingestion') return { ...what, form: 'input' }
  if (AllInput.safeParse(input).success) return { ...what, form: 'all' }
  const label = LabelledInput.safeParse(input).data?.companies.label
  if (label !== undefined) return { ...what, form: 'labelled', label }
  const chosen = ChosenInput.safeParse(input).data?.companies
  return chosen === undefined ? { ...what, form: 'input' } : { ...what, form: 'chosen', chosen }
}

/** What the API is sent for a new schedule. Throws for an input that is not JSON; the API checks the rest. */
export function bodyOf(draft: ScheduleDraft) {
  const { name, labels, what, when, jitter_s, overlap, backfill } = draft
  return {
    name: name.trim(),
    labels: labelsIn(labels),
    start: startOf(what),
    when: whenOf(when),
    jitter_s: jitterOf(jitter_s),
    overlap,
    backfill,
  }
}

/** Seconds. The API checks the number. */
export function jitterOf(text: string): number {
  return text.trim() === '' ? 0 : Number(text)
}

/** The changed members alone: an absent one stays as it is, also where somebody else changed it meanwhile. */
export function changesBetween(before: ScheduleDraft, after: ScheduleDraft) {
  const old: Readonly<Record<string, unknown>> = bodyOf(before)
  const changed = Object.entries(bodyOf(after)).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(old[key]),
  )
  return Object.fromEntries(changed)
}

function startOf({ form, label, chosen, samples, pipeline, text }: WhatDraft) {
  switch (form) {
    case 'all':
      return { pipeline: 'ingestion', input: { companies: 'all' } }
    case 'labelled':
      return { pipeline: 'ingestion', input: { companies: { label: label.trim() } } }
    case 'chosen':
      return { pipeline: 'ingestion', input: { companies: chosen } }
    case 'samples':
      return { pipeline: 'ingestion', input: { companies: samples } }
    case 'input': {
      const input = parseJson(text)
      if (input === undefined) throw new Error('The input is not valid JSON.')
      return { pipeline, input }
    }
  }
}

const AnyCompanies = z.object({
  companies: z.union([
    z.literal('all'),
    LabelledInput.shape.companies,
    z.array(z.union([z.string(), z.object({ name: z.string() })])),
  ]),
})

const NAMED = 3

/** The slugs of the stored companies that `whatWords` names. */
export function slugsNamed({ input }: Pick<RunInput, 'input'>): readonly string[] {
  const companies = AnyCompanies.safeParse(input).data?.companies
  if (!Array.isArray(companies)) return []
  return companies.slice(0, NAMED).filter((one) => typeof one === 'string')
}

/**
 * Says what the runs read, with the first few names. Empty for an input of another shape. `known`: the names of stored
 * companies by their slugs.
 */
export function whatWords(
  { input }: Pick<RunInput, 'input'>,
  known: ReadonlyMap<string, string> = new Map(),
): string {
  const companies = AnyCompanies.safeParse(input).data?.companies
  if (companies === undefined) return ''
  if (companies === 'all') return 'All companies'
  if ('label' in companies) return `Companies with the label ${companies.label}`
  const names = companies.map((one) =>
    typeof one === 'string' ? (known.get(one) ?? one) : one.name,
  )
  const rest = names.length - NAMED
  return `${names.slice(0, NAMED).join(', ')}${rest > 0 ? ` and ${rest.toLocaleString()} more` : ''}`
}
