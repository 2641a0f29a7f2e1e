import { z } from 'zod'

import { Matter } from '../../protocol/document.ts'
import type { RunId } from '../../protocol/ids.ts'
import { MatterId } from '../../protocol/matter.ts'
import { callDatabase } from '../calls.ts'
import type { ApiPorts } from '../ports.ts'
import { launchRun, nameRun, type Starter, takeStart } from '../start.ts'
import { groupOf, namedGroup } from './matter-scope.ts'

export const EmbedBody = z.strictObject({
  matter: Matter.exactOptional(),
  matter_id: MatterId.exactOptional(),
})

/** `left` counts the outdated documents that are left for another run. */
type EmbedAnswer =
  | { readonly kind: 'started'; readonly run_id: RunId; documents: number; left: number }
  | { readonly kind: 'nothing' }

/**
 * Starts a run over the caller's documents that another model than the current one embedded. A document belongs
 * to its earlier run until its job begins, so a start that breaks off or is refused changes nothing.
 */
export async function embedAnew(
  ports: ApiPorts,
  { owner, headers }: Starter,
  body: z.infer<typeof EmbedBody>,
): Promise<EmbedAnswer> {
  const run_id = await nameRun(ports, { owner, headers })
  const matter = await groupOf(ports, owner, body)
  const { documents, left } = await callDatabase(() =>
    ports.documents.outdated({ owner, run_id, matter }),
  )
  if (documents.length === 0) return { kind: 'nothing' }
  await takeStart(ports, { owner, run_id })
  const input = { outdated: byMatter(documents) }
  await launchRun(ports, { owner, run_id, pipeline: 'documents', input, body: { embed: body } })
  return { kind: 'started', run_id, documents: documents.length, left }
}

type Outdated = Awaited<ReturnType<ApiPorts['documents']['outdated']>>['documents']

function byMatter(documents: Outdated) {
  const matters = Map.groupBy(documents, ({ matter }) => matter)
  return [...matters].map(([matter, those]) => ({
    ...namedGroup(matter, those[0]?.title ?? matter),
    documents: those.map(({ document_id, name }) => ({ document_id, name })),
  }))
}
