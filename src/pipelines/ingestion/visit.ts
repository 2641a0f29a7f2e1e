import type { VisitKey } from '../../protocol/company.ts'
import type { ListingCertificate } from '../../protocol/visit.ts'
import type { PlanPorts } from '../pipeline.ts'
import type { CompanyPort, Expiry } from './company-port.ts'
import { fallenInWords } from './drift.ts'

type VisitPorts = Pick<PlanPorts, 'log' | 'gone' | 'notice'> & { readonly companies: CompanyPort }

/** Ends a visit after its jobs were planned, and logs the effect (PLAN-4). */
export async function endVisit(
  visit: VisitKey,
  certificate: ListingCertificate,
  ports: VisitPorts,
): Promise<void> {
  const { reason, unique } = certificate
  ports.log('info', `The job list holds ${postings(unique)}.`)
  const listing = reason === null ? 'complete' : 'incomplete'
  const ended = await ports.companies.endVisit(visit, { listing, certificate })
  if (ended) ports.gone(ended.run_gone)
  if (ended?.expiry) tell(ended.expiry, ports)
  if (certificate.fallen) {
    ports.notice({ kind: 'company.needs_attention', fields: certificate.fallen })
    const what = fallenInWords(certificate.fallen)
    ports.log('warn', `Fewer postings than usual have a field: ${what}. The values of before stay.`)
  }
  if (reason !== null) ports.log('warn', `${reason} So no posting expires.`)
}

/** Ends a visit after an error. Swallows a second error, so that the plan fails with the first. */
export async function breakOff(visit: VisitKey, { companies, gone }: VisitPorts): Promise<void> {
  try {
    const ended = await companies.endVisit(visit, { listing: 'incomplete', certificate: null })
    if (ended) gone(ended.run_gone)
  } catch {
    // Nothing needs this end: a visit without an end counts as ended after the longest time for a visit.
  }
}

function tell(expiry: Expiry, { log, notice }: VisitPorts): void {
  switch (expiry.kind) {
    case 'applied':
      if (expiry.gone > 0)
        log(
          'info',
          `${postings(expiry.gone)} expired: the job list no longer holds ${expiry.gone === 1 ? 'it' : 'them'}.`,
        )
      return
    case 'held':
      notice({ kind: 'expiry.held', gone: expiry.gone, open: expiry.open })
      log(
        'warn',
        `The job list no longer holds ${expiry.gone} of ${expiry.open} open postings. These are so many that they stay open until someone decides.`,
      )
      return
    case 'superseded':
      log('info', 'The job list is being read again, so this reading expires no posting.')
      return
  }
}

function postings(count: number): string {
  return count === 1 ? '1 posting' : `${count} postings`
}
