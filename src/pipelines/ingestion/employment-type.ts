import type { EmploymentType } from '../../protocol/posting.ts'

/** The first that fits: what kind of contract it is says more than how many hours it fills. */
const KINDS: readonly (readonly [RegExp, EmploymentType])[] = [
  [/\b(?:intern|interns|internship|working student)\b/, 'intern'],
  [/\bvolunteer(?:s|ing)?\b/, 'volunteer'],
  [/\bper diem\b/, 'per_diem'],
  [/\b(?:contract|contractor|freelance|freelancer|1099)\b/, 'contract'],
  [/\b(?:temporary|temp|seasonal|fixed term)\b/, 'temporary'],
  [/\bpart ?time\b/, 'part_time'],
  [/\bfull ?time\b/, 'full_time'],
  [/^other$/, 'other'],
]

/** `FullTime`, `FULL_TIME`, `Full-time, regular`: the one word for it; null where none is meant. */
export function toEmploymentType(text: string | null | undefined): EmploymentType | null {
  const words = (text ?? '')
    .slice(0, 200)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .toLowerCase()
  return KINDS.find(([pattern]) => pattern.test(words))?.[1] ?? null
}
