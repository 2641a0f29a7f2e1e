import type { SearchHit } from '../../src/protocol/document.ts'
import { Link } from '../link.tsx'
import { Highlighted } from './highlighted.tsx'
import type { Hits as FoundHits } from './search.ts'

/** The hits of a search, the best first. */
export function Hits({ found: { hits, more } }: { found: FoundHits }) {
  return (
    <>
      <ol className="divide-y divide-line" aria-label="Hits">
        {hits.map((hit) => (
          <Hit key={hit.link} hit={hit} />
        ))}
      </ol>
      {more && (
        <button type="button" className="button button-quiet w-full text-sm" onClick={more}>
          Show more
        </button>
      )}
    </>
  )
}

function Hit({ hit }: { hit: SearchHit }) {
  const { name, link, page, page_label, headings, passage, highlights } = hit
  return (
    <li className="space-y-1 py-3">
      <p>
        <Link to={link} className="font-semibold text-accent underline wrap-anywhere">
          {placeOf(name, page, page_label)}
        </Link>
      </p>
      {headings.length > 0 && (
        <p className="text-sm text-muted wrap-anywhere">{headings.join(' › ')}</p>
      )}
      <p className="whitespace-pre-line wrap-anywhere">
        <Highlighted text={passage} ranges={highlights} />
      </p>
    </li>
  )
}

/** Names a hit's document and its page, with the label that is printed on the page. */
function placeOf(name: string, page: number | null, label: string | undefined): string {
  if (page === null) return name
  return label === undefined ? `${name}, page ${page}` : `${name}, page ${label} (sheet ${page})`
}
