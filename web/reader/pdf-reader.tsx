import type { PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { type KeyboardEvent, useCallback, useEffect, useState } from 'react'

import type { DocumentView, PassageView } from '../../src/protocol/document.ts'
import { useLoaded } from '../loaded.ts'
import { answered } from '../request.ts'
import { Trouble } from '../trouble.tsx'
import { afterKey, PageBar, type Shown } from './page-bar.tsx'
import { PagePicture } from './page-picture.tsx'
import { openPdf, type OpenPdf } from './pdf-file.ts'

type PdfReaderProps = {
  document: DocumentView
  passage: PassageView | undefined
  /** Called when the file cannot be shown, as a protected one. */
  onUnshown: () => void
}

/** Shows the pages of a PDF as they are printed, the passage marked. */
export default function PdfReader({ document, passage, onUnshown }: PdfReaderProps) {
  const { document_id } = document
  const [found] = useLoaded(useCallback(() => fetchPdf(document_id), [document_id]))
  const opened = found.state === 'done' ? found.value : undefined
  useEffect(() => () => opened?.close(), [opened])
  useEffect(() => {
    if (found.state === 'failed') onUnshown()
  }, [found.state, onUnshown])
  if (found.state === 'failed')
    return <Trouble title="The pages of the file cannot be shown" error={found.error} />
  if (opened === undefined) return <p className="panel p-5 text-muted">Reading the file…</p>
  return <Pages opened={opened} passage={passage} />
}

async function fetchPdf(document_id: string): Promise<OpenPdf> {
  const answer = await answered(`/api/documents/${document_id}/file`)
  return openPdf(new Uint8Array(await answer.arrayBuffer()))
}

type PdfPagesProps = { opened: OpenPdf; passage: PassageView | undefined }

function Pages({ opened: { file }, passage }: PdfPagesProps) {
  const pages = file.numPages
  const [shown, setShown] = useState<Shown>(() => ({ page: firstPage(passage, pages), zoom: 1 }))
  const load = useCallback(() => file.getPage(shown.page), [file, shown.page])
  const [found] = useLoaded<PDFPageProxy>(load)
  const change = (next: Shown) => {
    setShown(next)
    remember(next.page)
  }
  const press = (event: KeyboardEvent) => {
    const next =
      event.ctrlKey || event.metaKey || event.altKey ? undefined : afterKey(shown, event.key, pages)
    if (next === undefined) return
    event.preventDefault()
    change(next)
  }
  const boxes = (passage?.boxes ?? []).filter(({ page }) => page === shown.page)
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys turn the pages; each has a button too
    <section aria-label="Pages of the file" className="min-w-0 space-y-3" onKeyDown={press}>
      <PageBar shown={shown} pages={pages} onChange={change} />
      {found.state === 'failed' && (
        <Trouble title="This page cannot be shown" error={found.error} />
      )}
      {found.state === 'done' && <PagePicture page={found.value} zoom={shown.zoom} boxes={boxes} />}
    </section>
  )
}

/** The page of the address, or else that of the passage. */
function firstPage(passage: PassageView | undefined, pages: number): number {
  const asked = new URLSearchParams(location.search).get('page')
  const page = asked === null ? (passage?.boxes?.[0]?.page ?? passage?.page) : Number(asked)
  return Math.min(pages, Math.max(1, Math.floor(page ?? 1) || 1))
}

/** Keeps the page in the address, so that a refresh and a sent link show the page again. */
function remember(page: number): void {
  const query = new URLSearchParams(location.search)
  query.set('page', String(page))
  history.replaceState(null, '', `?${query}${location.hash}`)
}
