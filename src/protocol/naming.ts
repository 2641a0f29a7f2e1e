import { z } from 'zod'

import { givenName } from './text.ts'

/** The most labels of one run, and of one company. */
export const LABELS_MAX = 10

/** The key of a label, in a form that a filter can name: `label=team` or `label=team:growth`. */
export const LabelKey = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._/-]{0,62}$/,
    'a label’s key has 1 to 63 characters of a-z, 0-9, ".", "_", "/" and "-", and begins with a letter or a digit',
  )

export const LabelValue = givenName(100)

/** What people call a run. */
const RunTitle = givenName(200)

/** The labels of a run, or of a company: values by keys. */
export const Labels = z
  .record(LabelKey, LabelValue)
  .refine((labels) => Object.keys(labels).length <= LABELS_MAX, {
    message: `there may be at most ${LABELS_MAX} labels`,
  })
export type Labels = z.infer<typeof Labels>

/** A change of labels: an absent one stays as it is, and null removes one. */
export const LabelChange = z.record(LabelKey, LabelValue.nullable())
export type LabelChange = z.infer<typeof LabelChange>

/** What a list filters by: a label, with this value or with any. */
export type WantedLabel = { readonly key: string; readonly value?: string }

/** The name and the labels that a start may give its run. */
export const givenNaming = { name: RunTitle.exactOptional(), labels: Labels.exactOptional() }

/** A run's name and labels, as a run and its row in a list have them. Both are absent in a run without any. */
export const shownNaming = {
  name: z.string().exactOptional(),
  labels: z.record(z.string(), z.string()).exactOptional(),
}

/**
 * A change of a run's name and labels, as a JSON merge patch (RFC 7396): an absent member stays as it is, and null
 * removes one.
 */
export const NamingChange = z
  .strictObject({
    name: RunTitle.nullable().exactOptional(),
    labels: LabelChange.exactOptional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'takes a name, labels, or both')
export type NamingChange = z.infer<typeof NamingChange>

/** `named`: how often the name or the labels were changed since the start. Absent before the first change. */
export type Naming = {
  readonly name?: string
  readonly labels?: Labels
  readonly named?: number
}

/** Applies a change. Returns `too_many` if the run would have more labels than it may. */
export function changeNaming(before: Naming, change: NamingChange): Naming | 'too_many' {
  const name = change.name === undefined ? before.name : (change.name ?? undefined)
  const patched = Object.entries({ ...before.labels, ...change.labels })
  const labels = Object.fromEntries(
    patched.flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
  )
  const count = Object.keys(labels).length
  if (count > LABELS_MAX) return 'too_many'
  return {
    ...(name === undefined ? {} : { name }),
    ...(count === 0 ? {} : { labels }),
    named: (before.named ?? 0) + 1,
  }
}

/** Whether a change has no effect, so that a repeated one is not counted again. */
export function isNamed(now: Naming, after: Naming): boolean {
  return namingText(now) === namingText(after)
}

function namingText({ name, labels = {} }: Naming): string {
  const sorted = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([name ?? null, sorted])
}

/** The name and the labels alone, without the count of their changes. */
export function shownNamingOf({ name, labels }: Naming) {
  return {
    ...(name === undefined ? {} : { name }),
    ...(labels === undefined ? {} : { labels }),
  }
}

/** The answer to a change of a run's name and labels. */
export const RunNamed = z.object({ run_id: z.string(), ...shownNaming })
export type RunNamed = z.infer<typeof RunNamed>
