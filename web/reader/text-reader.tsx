import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'

import { ChunkPage, type ChunkView, type DocumentView } from '../../src/protocol/document.ts'
import { DocumentText } from '../documents/document-text.tsx'
import { useShownPassage } from '../parts/passage.ts'
import { Trouble } from '../parts/trouble.tsx'
import { request } from '../wire/request.ts'

/** Shows the whole text of a document, the passage marked that the address names. */
export function TextReader({ document: { document_id } }: { document: DocumentView }) {
  const found = useQuery({
    queryKey: ['document', document_id, 'text'],
    queryFn: () => readText(document_id),
  })
  if (found.data) return <ShownText chunks={found.data} />
  if (found.isPending) return <p className="text-muted">Reading…</p>
  return (
    <Trouble
      title="The text could not be read"
      error={found.error}
      onRetry={() => void found.refetch()}
    />
  )
}

function ShownText({ chunks }: { chunks: readonly ChunkView[] }) {
  const passage = useShownPassage()
  useEffect(focusMeant, [passage])
  if (chunks.length === 0)
    return <p className="panel p-5 text-muted">This document has no text yet.</p>
  return <DocumentText chunks={chunks} />
}

/** Gives the focus to the passage that the address names, so that a keyboard user reads on from there. */
function focusMeant(): void {
  const meant = document.querySelector<HTMLElement>('[aria-current=true]')
  meant?.focus({ preventScroll: true })
  meant?.scrollIntoView({ block: 'center' })
}

/** Reads the whole text, one page of chunks after the other. */
async function readText(document_id: string): Promise<readonly ChunkView[]> {
  const chunks: ChunkView[] = []
  let cursor: string | null = null
  do {
    const query = new URLSearchParams({ limit: '200', ...(cursor === null ? {} : { cursor }) })
    const path = `/api/documents/${encodeURIComponent(document_id)}/chunks?${query}`
    const page: ChunkPage = await request(path, ChunkPage)
    chunks.push(...page.chunks)
    cursor = page.next_cursor
  } while (cursor !== null)
  return chunks
}
