import type { QuotaAnswer, QuotaRequest, QuotaRpc } from '../durable/owner/quotas/quota-rpc.ts'
import { describeError } from '../log.ts'
import type { Owner } from '../protocol/ids.ts'
import type { QuotaName, QuotaView } from '../protocol/quota.ts'
import { callDatabase } from './calls.ts'
import type { DocumentPorts } from './document-ports.ts'
import type { ApiPorts } from './ports.ts'
import { ProblemError } from './problem.ts'

const WORDS: Readonly<Record<QuotaName, string>> = {
  starts: 'runs may be started in a minute',
  runs_waiting: 'runs may wait for their turn',
  previews: 'companies may be previewed in a minute',
  upload_bytes: 'bytes may be uploaded in a day',
  stored_bytes: 'bytes of files may be stored',
}

/** When to come back if a quota has no window: some of the runs will have had their turn. */
const RETRY_S = 30

export type QuotaPorts = Pick<ApiPorts, 'log'> & {
  readonly owner: (owner: Owner) => QuotaRpc
  readonly documents: Pick<DocumentPorts, 'storedBytes'>
}

/**
 * Takes what a request needs of its owner's quotas, or throws a 429 or, if no time will make room, a 413 (QUOTA-1). While the
 * owner's object is away nothing is limited: a start needs no owner's object.
 */
export async function takeQuota(
  ports: QuotaPorts,
  owner: Owner,
  request: QuotaRequest,
): Promise<void> {
  const first = await askFor(ports, owner, request)
  const answer =
    first.kind === 'count'
      ? await askFor(ports, owner, { ...request, stored_bytes: await countStored(ports, owner) })
      : first
  if (answer.kind === 'over') throw exceeded(answer.over)
}

function countStored({ documents }: QuotaPorts, owner: Owner): Promise<number> {
  return callDatabase(() => documents.storedBytes(owner))
}

function exceeded(over: readonly QuotaView[]): ProblemError {
  const full = over.find(({ name }) => name === 'stored_bytes')
  const fields = {
    ratelimit: over.map(leftOf).join(', '),
    'ratelimit-policy': over.map(policyOf).join(', '),
  }
  const violated = over.map(({ name }) => name)
  if (full !== undefined)
    return new ProblemError('storage-full', {
      detail: `${full.limit} ${WORDS.stored_bytes}, and ${full.used} are. Delete documents to make room.`,
      violated,
      headers: fields,
    })
  const retry_s = Math.max(...over.map(({ reset_s = RETRY_S }) => reset_s))
  const said = over.map(({ name, limit, used }) => `${limit} ${WORDS[name]}, and ${used} are used.`)
  return new ProblemError('quota-exceeded', {
    detail: `${said[0]} Try again in ${retry_s} s.`,
    violated,
    headers: { 'retry-after': String(retry_s), ...fields },
  })
}

async function askFor(
  { owner: ownerOf, log }: QuotaPorts,
  owner: Owner,
  request: QuotaRequest,
): Promise<QuotaAnswer> {
  try {
    return await ownerOf(owner).takeQuota(request)
  } catch (error) {
    log('error', 'a quota was not asked for, and limits nothing', {
      owner,
      error: describeError(error),
    })
    return { kind: 'taken' }
  }
}

function leftOf({ name, left, reset_s }: QuotaView): string {
  return field(name, { r: left, ...(reset_s === undefined ? {} : { t: reset_s }) })
}

function policyOf({ name, limit, window_s }: QuotaView): string {
  const unit = name.endsWith('_bytes') ? ';qu="content-bytes"' : ''
  return field(name, { q: limit, ...(window_s === undefined ? {} : { w: window_s }) }, unit)
}

/** An item of the fields of draft-ietf-httpapi-ratelimit-headers-10: a name, and its parameters. */
function field(name: string, parameters: Readonly<Record<string, number>>, unit = ''): string {
  const rest = Object.entries(parameters).map(([key, value]) => `;${key}=${value}`)
  return `"${name}"${rest.join('')}${unit}`
}
