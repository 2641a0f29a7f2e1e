import type { Failure } from '../../protocol/status.ts'

export function unknownCompany(slug: string): Failure {
  const message = `There is no company "${slug}". Give its name and its source once, and then its slug is enough.`
  return { code: 'company_unknown', message, retryable: false }
}
