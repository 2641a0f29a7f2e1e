import type { PlanPorts } from '../pipeline.ts'
import type { CompanyPort, Expiry, VisitKey } from './company-port.ts'
import type { Listing } from './listed.ts'

type Ports = Pick<PlanPorts, 'log' | 'gone'> & { readonly companies: CompanyPort }

/** Ends a visit whose listing was read to its end, and says what that did (PLAN-4). */
export async function endVisit(
  visit: VisitKey,
  { incomplete }: Pick<Listing, 'incomplete'>,
  ports: Ports,
): Promise<void> {
  const listing = incomplete === null ? 'complete' : 'incomplete'
  const ended = await ports.companies.endVisit(visit, listing)
  if (ended) ports.gone(ended.run_gone)
  if (ended?.expiry) tell(ended.expiry, ports)
  if (incomplete !== null) ports.log('warn', `${incomplete} So nothing expires.`)
}

/** What broke the visit off is what counts: that its end was not noted is no second failure. */
export async function breakOff(visit: VisitKey, { companies, gone }: Ports): Promise<void> {
  try {
    const ended = await companies.endVisit(visit, 'incomplete')
    if (ended) gone(ended.run_gone)
  } catch {
    // A visit without an end stands in nobody's way for longer than visits may take.
  }
}

function tell(expiry: Expiry, { log }: Ports): void {
  switch (expiry.kind) {
    case 'applied':
      if (expiry.gone > 0) log('info', `${postings(expiry.gone)} gone from the listing: expired.`)
      return
    case 'held':
      log(
        'warn',
        `${expiry.gone} of ${expiry.open} open postings are gone at once, which is held for a decision.`,
      )
      return
    case 'superseded':
      log('info', 'A newer visit has begun, and will say what has expired.')
      return
  }
}

export function postings(count: number): string {
  return count === 1 ? '1 posting' : `${count} postings`
}
