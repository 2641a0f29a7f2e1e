import { SCHEDULE_LABEL } from '../../src/protocol/schedule.ts'

/** Labels as a person types them: `team:growth, region:eu`. */
export function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}:${value}`)
    .join(', ')
}

/** Reads labels that a person typed. A key alone has the value "yes". The API checks keys and values. */
export function labelsIn(text: string): Record<string, string> {
  const given = text.split(',').flatMap((part) => {
    const at = part.indexOf(':')
    const key = (at === -1 ? part : part.slice(0, at)).trim()
    return key === '' ? [] : [[key, at === -1 ? 'yes' : part.slice(at + 1).trim()] as const]
  })
  return Object.fromEntries(given)
}

/** What of the labels a text changes. Null takes a label away. */
export function labelChanges(
  before: Readonly<Record<string, string>>,
  text: string,
): Record<string, string | null> {
  const removed = Object.keys(before).map((key) => [key, null] as const)
  return { ...Object.fromEntries<string | null>(removed), ...labelsIn(text) }
}

/** The labels that people give. The label of a schedule says where a run comes from, and stays as it is. */
export function ownLabels(
  labels: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const { [SCHEDULE_LABEL]: _, ...others } = labels
  return others
}
