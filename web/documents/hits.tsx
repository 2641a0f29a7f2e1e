import { Link, useSearch } from '@tanstack/react-router'

import type { SearchHit } from '../../src/protocol/document.ts'
import { Highlighted } from '../parts/highlighted.tsx'
import { useDocumentLink } from '../parts/matter-links.ts'
import { passageIn } from '../parts/passage.ts'
import { countOf } from '../parts/words.ts'
import type { Hits as FoundHits } from './search.ts'

/** The hits of a search by their documents, the best first. Near misses stand apart. */
export function Hits({ found: { hits, near_misses, more } }: { found: FoundHits }) {
  return (
    <>
      {hits.length > 0 && (
        <section aria-label="Hits" className="divide-y divide-line">
          <HitGroups hits={hits} />
        </section>
      )}
      {near_misses.length > 0 && (
        <section aria-label="Near misses" className="divide-y divide-line">
          <p className="pb-2 text-sm text-muted">
            These passages only have some of the words. One of them may answer a question that was
            asked in other words than those of the document.
          </p>
          <HitGroups hits={near_misses} />
        </section>
      )}
      {more && (
        <button type="button" className="button button-quiet w-full text-sm" onClick={more}>
          Show more
        </button>
      )}
    </>
  )
}

/** A document with more hits shows the others when a person asks for them. */
const SHOWN_HITS = 3

/** The document with the best hit comes first. */
function HitGroups({ hits }: { hits: readonly SearchHit[] }) {
  const documents = Map.groupBy(hits, ({ document_id }) => document_id)
  return [...documents].map(([document_id, those]) => (
    <div key={document_id} className="py-3">
      <h3 className="font-semibold wrap-anywhere">{those[0]?.name}</h3>
      <HitList hits={those.slice(0, SHOWN_HITS)} />
      {those.length > SHOWN_HITS && (
        <details>
          <summary className="cursor-pointer text-sm text-muted">
            {countOf(those.length - SHOWN_HITS, 'more passage')}
          </summary>
          <HitList hits={those.slice(SHOWN_HITS)} />
        </details>
      )}
    </div>
  ))
}

function HitList({ hits }: { hits: readonly SearchHit[] }) {
  return (
    <ol>
      {hits.map((hit) => (
        <Hit key={hit.link} hit={hit} />
      ))}
    </ol>
  )
}

function Hit({ hit }: { hit: SearchHit }) {
  const { document_id, page, page_label, headings, passage, highlights, link } = hit
  const q = useSearch({ strict: false, select: (search) => search['q'] ?? '' })
  const linkTo = useDocumentLink()
  const path = headings.join(' › ')
  return (
    <li className="space-y-1 border-l-2 border-line py-2 pl-3">
      <p className="text-sm text-muted wrap-anywhere">
        <Link
          {...linkTo({ document_id, q, page, passage: passageIn(link.split('#')[1]) })}
          className="font-semibold text-accent underline"
        >
          {page === null ? path || 'Passage' : pageName(page, page_label)}
        </Link>
        {page !== null && path !== '' && ` · ${path}`}
      </p>
      <p className="whitespace-pre-line wrap-anywhere">
        <Highlighted text={passage} ranges={highlights} />
      </p>
    </li>
  )
}

/** Names a page with the label that is printed on it. */
function pageName(page: number, label: string | undefined): string {
  return label === undefined ? `Page ${page}` : `Page ${label} (sheet ${page})`
}
