import type { QuotaRequest } from '../durable/owner/quotas/quota-rpc.ts'
import { describeError } from '../log.ts'
import type { Owner } from '../protocol/ids.ts'
import type { QuotaName, QuotaView } from '../protocol/quota.ts'
import type { ApiPorts } from './ports.ts'
import { ProblemError } from './problem.ts'

const WORDS: Readonly<Record<QuotaName, string>> = {
  starts: 'runs may be started in a minute',
  runs_waiting: 'runs may wait for their turn',
  previews: 'companies may be previewed in a minute',
  upload_bytes: 'bytes may be uploaded in a day',
}

/** When to come back if a quota has no window: some of the runs will have had their turn. */
const RETRY_S = 30

/**
 * Takes what a request needs of its owner's quotas, or throws a 429 (QUOTA-1). While the owner's object is away nothing is
 * limited: a start needs no owner's object.
 */
export async function takeQuota(
  ports: Pick<ApiPorts, 'owner' | 'log'>,
  owner: Owner,
  request: QuotaRequest,
): Promise<void> {
  const over = await askFor(ports, owner, request)
  const [first] = over
  if (first === undefined) return
  const rest = over.map(({ name, left, reset_s }) =>
    field(name, { r: left, ...(reset_s === undefined ? {} : { t: reset_s }) }),
  )
  const policy = over.map(({ name, limit, window_s }) =>
    field(name, { q: limit, ...(window_s === undefined ? {} : { w: window_s }) }, unitOf(name)),
  )
  const retry_s = Math.max(...over.map(({ reset_s = RETRY_S }) => reset_s))
  throw new ProblemError('quota-exceeded', {
    detail: `${first.limit} ${WORDS[first.name]}, and ${first.used} are used. Try again in ${retry_s} s.`,
    violated: over.map(({ name }) => name),
    headers: {
      'retry-after': String(retry_s),
      ratelimit: rest.join(', '),
      'ratelimit-policy': policy.join(', '),
    },
  })
}

async function askFor(
  { owner: ownerOf, log }: Pick<ApiPorts, 'owner' | 'log'>,
  owner: Owner,
  request: QuotaRequest,
): Promise<readonly QuotaView[]> {
  try {
    const answer = await ownerOf(owner).takeQuota(request)
    return answer.kind === 'over' ? answer.over : []
  } catch (error) {
    log('error', 'a quota was not asked for, and limits nothing', {
      owner,
      error: describeError(error),
    })
    return []
  }
}

/** An item of the fields of draft-ietf-httpapi-ratelimit-headers-10: a name, and its parameters. */
function field(name: string, parameters: Readonly<Record<string, number>>, unit = ''): string {
  const rest = Object.entries(parameters).map(([key, value]) => `;${key}=${value}`)
  return `"${name}"${rest.join('')}${unit}`
}

function unitOf(name: QuotaName): string {
  return name === 'upload_bytes' ? ';qu="content-bytes"' : ''
}
