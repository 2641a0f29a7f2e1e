import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'

import { Outline as OutlineAnswer, type OutlineEntry } from '../../src/protocol/document.ts'
import { useDocumentLink } from '../parts/matter-links.ts'
import { countOf } from '../parts/words.ts'
import { request } from '../wire/request.ts'

/** The headings of a document, each of which leads to its part. */
export function Outline({ document_id }: { document_id: string }) {
  const { data: headings = [] } = useQuery({
    queryKey: ['document', document_id, 'outline'],
    queryFn: async () =>
      (await request(`/api/documents/${document_id}/outline`, OutlineAnswer)).headings,
  })
  // One heading is the title, which the page has already.
  if (headings.length < 2) return null
  return (
    <details className="panel p-4">
      <summary className="cursor-pointer font-semibold">
        Outline{' '}
        <span className="font-normal text-muted">{countOf(headings.length, 'heading')}</span>
      </summary>
      <ol className="mt-2 max-h-96 space-y-1 overflow-auto text-sm">
        {headings.map((entry, at) => (
          // Two headings may be alike and begin in one passage.
          // oxlint-disable-next-line react/no-array-index-key -- the list never changes its order
          <OutlineLine key={at} document_id={document_id} entry={entry} />
        ))}
      </ol>
    </details>
  )
}

function OutlineLine({ document_id, entry }: { document_id: string; entry: OutlineEntry }) {
  const linkTo = useDocumentLink()
  const { title, level, page, passage } = entry
  const q = useSearch({ strict: false, select: (address) => address['q'] ?? '' })
  return (
    <li style={{ paddingInlineStart: `${level - 1}rem` }} className="flex gap-3">
      <Link
        {...linkTo({ document_id, q, page, passage })}
        resetScroll={false}
        className="min-w-0 flex-1 py-1 text-accent underline wrap-anywhere"
      >
        {title}
      </Link>
      {page !== null && <span className="py-1 text-muted tabular-nums">{page}</span>}
    </li>
  )
}
