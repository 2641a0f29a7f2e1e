import type { StoredDocument } from '../../db/documents.ts'
import { outlineOf } from '../../pipelines/documents/outline.ts'
import { boxesWithin, type PagePart, partsOf } from '../../pipelines/documents/page-layout.ts'
import { Outline, type PageBox, PageView, PassageView } from '../../protocol/document.ts'
import { callDatabase } from '../calls.ts'
import type { AddRoute } from '../contract/add-route.ts'
import { type Contract, json, reply } from '../contract/contract.ts'
import { DocumentPath, PagePath, PassagePath } from '../contract/parameters.ts'
import type { DocumentName } from '../document-ports.ts'
import type { ApiPorts } from '../ports.ts'
import { notFound } from '../problem.ts'
import { readDocument } from './live-document.ts'

const cited = { tag: 'Documents', access: 'visitor' } as const

const passage = {
  ...cited,
  params: PassagePath,
  route: 'GET /api/documents/:document_id/passages/:n',
  summary:
    'Reads a passage with all that a citation needs: text, page, headings, link, and its place on the page.',
  answers: { 200: json(PassageView, 'The passage.') },
  problems: ['damaged'],
} as const satisfies Contract

const onePage = {
  ...cited,
  params: PagePath,
  route: 'GET /api/documents/:document_id/pages/:page',
  summary: 'Reads the text and the size of a page.',
  answers: { 200: json(PageView, 'The page.') },
  problems: ['damaged'],
} as const satisfies Contract

const outline = {
  ...cited,
  params: DocumentPath,
  route: 'GET /api/documents/:document_id/outline',
  summary: 'Lists the headings of a document in the order of the text, each with its passage.',
  answers: { 200: json(Outline, 'The headings. Empty for a document without headings.') },
  problems: ['damaged'],
} as const satisfies Contract

/** Adds the routes that cite a document. */
export function citationRoutes(add: AddRoute, ports: ApiPorts): void {
  add(passage, async ({ owner, params: { n, ...params } }, c) =>
    reply(200, await readPassage(ports, { owner, ...params }, { n, signal: c.req.raw.signal })),
  )

  add(outline, async ({ owner, params }) => {
    const name = { owner, ...params }
    const document = await readDocument(ports, name)
    const chunks = await callDatabase(() => ports.documents.headed({ ...document, ...name }))
    return reply(200, { headings: outlineOf(chunks) })
  })

  add(onePage, async ({ owner, params: { page, ...params } }, c) =>
    reply(200, await readPage(ports, { owner, ...params }, { page, signal: c.req.raw.signal })),
  )
}

/** Reads a passage with its place in the document, and on the pages of a PDF. */
async function readPassage(
  ports: ApiPorts,
  name: DocumentName,
  { n, signal }: { readonly n: number; readonly signal: AbortSignal },
): Promise<PassageView> {
  const document = await readDocument(ports, name)
  const chunk = await callDatabase(() => ports.documents.chunk({ ...document, ...name }, n))
  if (chunk === undefined) throw notFound()
  const { document_id, matter, name: shown } = document
  const { boxes: recognised, ...piece } = chunk
  const printed = await boxesIn(ports, document, { parts: partsOf(chunk), signal })
  return {
    ...piece,
    document_id,
    matter,
    name: shown,
    page_label: chunk.places?.[0]?.label ?? null,
    link: `/read/${document_id}#passage-${n}`,
    boxes: printed && [...recognised, ...printed].toSorted((one, other) => one.page - other.page),
  }
}

/** Reads the text of a page, without the pages around it. */
async function readPage(
  ports: ApiPorts,
  name: DocumentName,
  { page, signal }: { readonly page: number; readonly signal: AbortSignal },
): Promise<PageView> {
  const document = await readDocument(ports, name)
  const chunks = await callDatabase(() => ports.documents.onPage({ ...document, ...name }, page))
  const parts = chunks.flatMap(partsOf).filter((part) => part.page === page)
  const [first] = parts
  if (first === undefined) throw notFound()
  const [layout] = await layoutsOf(ports, document, { pages: [page], signal })
  const { document_id, matter, name: shown } = document
  return {
    document_id,
    matter,
    name: shown,
    page,
    page_label: first.label,
    text: joined(parts),
    size: layout === undefined ? null : { width: layout.width, height: layout.height },
  }
}

/** Joins the parts of a page. Two chunks may share text, and only white space is between them. */
function joined(parts: readonly PagePart[]): string {
  let text = ''
  let end: number | undefined
  for (const part of parts) {
    const gap = end === undefined ? 0 : part.start - end
    const fresh = part.text.slice(Math.max(0, -gap))
    text += (gap > 1 ? '\n\n' : gap === 1 ? '\n' : '') + fresh
    end = Math.max(end ?? 0, part.start + part.text.length)
  }
  return text.trim()
}

type Wanted = { readonly parts: readonly PagePart[]; readonly signal: AbortSignal }

async function boxesIn(
  ports: ApiPorts,
  document: StoredDocument,
  { parts, signal }: Wanted,
): Promise<PageBox[] | null> {
  if (document.kind !== 'pdf') return null
  const pages = [...new Set(parts.flatMap(({ page }) => page ?? []))].slice(0, MAX_PAGES)
  const layouts = await layoutsOf(ports, document, { pages, signal })
  return boxesWithin(parts, layouts)
}

/** A passage is seldom on more than two pages. */
const MAX_PAGES = 4

async function layoutsOf(
  { documents }: ApiPorts,
  { kind, file_key }: StoredDocument,
  { pages, signal }: { readonly pages: readonly number[]; readonly signal: AbortSignal },
) {
  if (kind !== 'pdf' || file_key === null) return []
  const pdf = await documents.files.read(file_key)
  return pdf === undefined ? [] : documents.layouts(pdf, pages, signal)
}
