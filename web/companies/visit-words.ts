import type { CompanyView } from '../../src/protocol/company.ts'
import type { VisitView } from '../../src/protocol/visit.ts'
import type { Tone } from '../parts/words.ts'

type VisitWords = { readonly tone: Tone; readonly words: string }

/** Says how a visit went. */
export function visitWords({ status, ended_at, certificate }: VisitView): VisitWords {
  if (status === 'complete') return { tone: 'ready', words: 'read to the end' }
  if (status === 'open' && ended_at === null) return { tone: 'working', words: 'being read' }
  return certificate === null
    ? { tone: 'failed', words: 'could not be read' }
    : { tone: 'problems', words: 'not read to the end' }
}

/** Says what is wrong with a company. Empty: nothing. */
export function companyProblem(
  { attention }: Pick<CompanyView, 'attention'>,
  visit: VisitView | undefined,
): string {
  if (visit !== undefined && visit.status === 'incomplete')
    return visit.certificate?.reason ?? 'The last visit could not read the job list'
  if (attention === null) return ''
  const fields = attention.fallen.map(({ field }) => field.replaceAll('_', ' '))
  return `Fewer postings than usual have: ${fields.join(', ')}`
}

const PROOFS = {
  claim: 'as many came as the source claims',
  last_page: 'the last page came',
  one_answer: 'one answer had all',
} as const

/** Says what shows that nothing is missing, or why something may be. */
export function proofWords({ certificate }: VisitView): string {
  if (certificate === null) return ''
  return certificate.proof === null ? (certificate.reason ?? '') : PROOFS[certificate.proof]
}
