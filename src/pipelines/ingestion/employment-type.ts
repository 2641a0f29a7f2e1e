import type { EmploymentType } from '../../protocol/posting.ts'

/** The first match counts: the kind of contract says more than the working hours. */
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

/** Reads the employment type from words such as `FullTime`, `FULL_TIME` or `Full-time, regular`. Null if no type matches. */
export function toEmploymentType(text: string | null | undefined): EmploymentType | null {
  const words = (text ?? '')
    .slice(0, 200)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .toLowerCase()
  return KINDS.find(([pattern]) => pattern.test(words))?.[1] ?? null
}
