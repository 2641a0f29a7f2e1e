import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, use, useCallback, useEffect, useState } from 'react'

import { ApiError } from '../../src/client/client.ts'
import { DocumentView, PassageView } from '../../src/protocol/document.ts'
import { Attached } from '../documents/attached.tsx'
import { Notices } from '../documents/notices.tsx'
import { type SharedMatter, SharedMatterOfPage, useMatterLink } from '../parts/matter-links.ts'
import { useShownPassage } from '../parts/passage.ts'
import { Screen } from '../parts/screen.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { download, request } from '../wire/request.ts'
import { Cited, CopyCitation } from './cited.tsx'
import { HitSteps } from './hit-steps.tsx'
import { Outline } from './outline.tsx'
import { TextReader } from './text-reader.tsx'

/** pdf.js is large, so that only the reader of a PDF loads it. */
const PdfReader = lazy(() => import('./pdf-reader.tsx'))

const MATTERS = { label: 'Matters', link: { to: '/matters' } } as const

type Read = { readonly document: DocumentView; readonly passage: PassageView | undefined }

/** The screen of a document, at the passage that the address names. */
export function ReaderScreen({ document_id }: { document_id: string }) {
  const n = useShownPassage()
  const shared = use(SharedMatterOfPage)
  const found = useQuery({
    queryKey: ['document', document_id, 'passage', n ?? null],
    queryFn: () => read(document_id, n),
    // The document stays while another of its passages is read.
    placeholderData: keepPreviousData,
  })
  if (found.isPending) return <Screen title="Document">Reading…</Screen>
  if (!found.data)
    return (
      <Screen title="Document" aside={shared && <ToAllDocuments shared={shared} />}>
        <Trouble
          title="The document could not be read"
          error={found.error}
          onRetry={() => void found.refetch()}
        />
      </Screen>
    )
  return <ShownDocument {...found.data} />
}

/** A shared page has no trail, which would lead back from a document that is not there. */
function ToAllDocuments({ shared: { matter_id } }: { shared: SharedMatter }) {
  return (
    <Link {...useMatterLink(matter_id, '')} className="text-accent underline">
      All documents
    </Link>
  )
}

function ShownDocument({ document, passage }: Read) {
  const { name, notices = [] } = document
  const isPdf = document.kind === 'pdf' && document.size > 0
  const [asText, setAsText] = useState(!isPdf)
  const [unshown, setUnshown] = useState(false)
  const showText = useCallback(() => {
    setUnshown(true)
    setAsText(true)
  }, [])
  return (
    <Screen title={name} trail={[MATTERS]} aside={<BackToMatter document={document} />}>
      <Attached document={document} />
      <Notices notices={notices} />
      <div className="flex flex-wrap gap-2">
        {isPdf && !unshown && (
          <button
            type="button"
            className="button button-quiet text-sm"
            aria-pressed={asText}
            onClick={() => setAsText(!asText)}
          >
            Text only
          </button>
        )}
        <Original document={document} />
        {passage && <CopyCitation key={passage.n} passage={passage} />}
        <HitSteps document_id={document.document_id} passage={passage?.n} />
      </div>
      <Outline document_id={document.document_id} />
      {unshown && (
        <p role="alert">The pages of this file cannot be shown, so here is its text alone.</p>
      )}
      {asText ? (
        <TextReader document={document} />
      ) : (
        <PagesAndPassage document={document} passage={passage} onUnshown={showText} />
      )}
    </Screen>
  )
}

type PagesProps = Read & { onUnshown: () => void }

function PagesAndPassage({ document, passage, onUnshown }: PagesProps) {
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <Suspense fallback={<p className="panel p-5 text-muted">Opening the reader…</p>}>
        <PdfReader document={document} passage={passage} onUnshown={onUnshown} />
      </Suspense>
      {passage && <Cited passage={passage} />}
      {passage && <FocusOnPassage key={passage.n} />}
    </div>
  )
}

/** Gives the focus to a passage when the reader shows the passage for the first time. */
function FocusOnPassage() {
  // This effect runs after the screen's own effect, which gives the focus to the title.
  useEffect(() => {
    const cited = window.document.querySelector<HTMLElement>('[aria-current=true]')
    cited?.focus({ preventScroll: true })
  }, [])
  return null
}

/** Leads back to the matter, and to the question of the search that led here. */
function BackToMatter({ document: { matter_id, matter } }: { document: DocumentView }) {
  const q = useSearch({ strict: false, select: (search) => search['q'] ?? '' })
  return (
    <Link {...useMatterLink(matter_id, q)} className="text-accent underline wrap-anywhere">
      {matter}
    </Link>
  )
}

function Original({ document: { document_id, name } }: { document: DocumentView }) {
  const [error, setError] = useState<unknown>()
  const start = () => download(`/api/documents/${document_id}/file`, name).catch(setError)
  return (
    <>
      <button type="button" className="button button-quiet text-sm" onClick={() => void start()}>
        Download
      </button>
      {error !== undefined && <Trouble title="The file was not downloaded" error={error} />}
    </>
  )
}

async function read(document_id: string, n: number | undefined): Promise<Read> {
  const path = `/api/documents/${encodeURIComponent(document_id)}`
  const [document, passage] = await Promise.all([request(path, DocumentView), readPassage(path, n)])
  return { document, passage }
}

/** Reads the passage that the address names. A passage that a new reading of the file took away is not shown. */
async function readPassage(path: string, n: number | undefined): Promise<PassageView | undefined> {
  if (n === undefined) return undefined
  try {
    return await request(`${path}/passages/${n}`, PassageView)
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined
    throw error
  }
}
