import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { type KeyboardEvent, useEffect, useState } from 'react'

import type { DocumentView, PassageView } from '../../src/protocol/document.ts'
import { Trouble } from '../parts/trouble.tsx'
import { answered } from '../wire/request.ts'
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
  const found = usePdf(document_id)
  const opened = found.data
  const { isError } = found
  useEffect(() => {
    if (isError) onUnshown()
  }, [isError, onUnshown])
  if (isError) return <Trouble title="The pages of the file cannot be shown" error={found.error} />
  if (opened === undefined) return <p className="panel p-5 text-muted">Reading the file…</p>
  return <Pages opened={opened} passage={passage} />
}

/** Opens the file, and closes it when nobody shows it any more. */
function usePdf(document_id: string) {
  const found = useQuery({
    queryKey: ['pdf', document_id],
    queryFn: () => fetchPdf(document_id),
    structuralSharing: false,
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  })
  const opened = found.data
  useEffect(() => () => opened?.close(), [opened])
  return found
}

async function fetchPdf(document_id: string): Promise<OpenPdf> {
  const answer = await answered(`/api/documents/${document_id}/file`)
  return openPdf(new Uint8Array(await answer.arrayBuffer()))
}

type PdfPagesProps = { opened: OpenPdf; passage: PassageView | undefined }

function Pages({ opened: { file }, passage }: PdfPagesProps) {
  const pages = file.numPages
  const asked = useSearch({ strict: false, select: (address) => address['page'] ?? '' })
  const navigate = useNavigate()
  const [zoom, setZoom] = useState(1)
  const shown: Shown = { page: pageOf({ asked, passage, pages }), zoom }
  const found = useQuery<PDFPageProxy>({
    queryKey: ['pdf-page', file.fingerprints, shown.page],
    queryFn: () => file.getPage(shown.page),
    structuralSharing: false,
    gcTime: 0,
    placeholderData: keepPreviousData,
  })
  const change = (next: Shown) => {
    setZoom(next.zoom)
    // The address has the page, so that a refresh and a sent link show the page again.
    void navigate({
      to: '.',
      search: (now) => ({ ...now, page: String(next.page) }),
      hash: true,
      replace: true,
      resetScroll: false,
      hashScrollIntoView: false,
    })
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
      {found.error && <Trouble title="This page cannot be shown" error={found.error} />}
      {found.data && (
        <PagePicture
          page={found.data}
          zoom={zoom}
          boxes={found.data.pageNumber === shown.page ? boxes : []}
        />
      )}
    </section>
  )
}

type PageOfAddress = {
  readonly asked: string
  readonly passage: PassageView | undefined
  readonly pages: number
}

/** The page of the address, or else that of the passage. */
function pageOf({ asked, passage, pages }: PageOfAddress): number {
  const page = asked === '' ? (passage?.boxes?.[0]?.page ?? passage?.page) : Number(asked)
  return Math.min(pages, Math.max(1, Math.floor(page ?? 1) || 1))
}
