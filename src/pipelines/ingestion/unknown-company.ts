import type { Failure } from '../../protocol/status.ts'

export function unknownCompany(slug: string): Failure {
  const message = `There is no company "${slug}"; give it with its name and source once.`
  return { code: 'company_unknown', message, retryable: false }
}
