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

/** The labels that people give. The label of a schedule says where a run comes from, and stays as it is. */
export function ownLabels(
  labels: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const { [SCHEDULE_LABEL]: _, ...others } = labels
  return others
}
