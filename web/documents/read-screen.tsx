import { useCallback, useEffect } from 'react'

import { ChunkPage, type ChunkView, DocumentView } from '../../src/protocol/document.ts'
import { Link } from '../link.tsx'
import { useLoaded } from '../loaded.ts'
import { request } from '../request.ts'
import { matterPath } from '../route.ts'
import { Screen } from '../screen.tsx'
import { Trouble } from '../trouble.tsx'
import { Attached } from './attached.tsx'
import { DocumentText } from './document-text.tsx'
import { Notices } from './notices.tsx'

type Read = { readonly document: DocumentView; readonly chunks: readonly ChunkView[] }

/** The screen of a document's text, at the passage that the address names. */
export function ReadScreen({ document_id }: { document_id: string }) {
  const load = useCallback(() => read(document_id), [document_id])
  const [found, reload] = useLoaded(load)
  if (found.state === 'loading') return <Screen title="Document">Reading…</Screen>
  if (found.state === 'failed')
    return (
      <Screen title="Document">
        <Trouble title="The document could not be read" error={found.error} onRetry={reload} />
      </Screen>
    )
  return <ShownDocument {...found.value} />
}

function ShownDocument({ document, chunks }: Read) {
  const { name, matter_id, matter, notices = [] } = document
  // This effect runs after the screen's own effect, which gives the focus to the title.
  useEffect(focusMeant, [])
  const back = (
    <Link to={matterPath(matter_id)} className="text-accent underline wrap-anywhere">
      {matter}
    </Link>
  )
  return (
    <Screen title={name} aside={back}>
      <title>{`${name} · Runcast`}</title>
      <Attached document={document} />
      <Notices notices={notices} />
      {chunks.length === 0 ? (
        <p className="panel p-5 text-muted">This document has no text yet.</p>
      ) : (
        <DocumentText chunks={chunks} />
      )}
    </Screen>
  )
}

/** Gives the focus to the passage that the address names, so that a keyboard user reads on from there. */
function focusMeant(): void {
  const meant = document.querySelector<HTMLElement>('[aria-current]')
  meant?.focus({ preventScroll: true })
  meant?.scrollIntoView({ block: 'center' })
}

/** Reads the whole text, one page of chunks after the other. */
async function read(document_id: string): Promise<Read> {
  const path = `/api/documents/${encodeURIComponent(document_id)}`
  const document = await request(path, DocumentView)
  const chunks: ChunkView[] = []
  let cursor: string | null = null
  do {
    const query = new URLSearchParams({ limit: '200', ...(cursor === null ? {} : { cursor }) })
    const page: ChunkPage = await request(`${path}/chunks?${query}`, ChunkPage)
    chunks.push(...page.chunks)
    cursor = page.next_cursor
  } while (cursor !== null)
  return { document, chunks }
}
