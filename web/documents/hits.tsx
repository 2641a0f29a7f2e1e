import type { SearchHit } from '../../src/protocol/document.ts'
import { Link } from '../link.tsx'
import { Highlighted } from './highlighted.tsx'
import type { Hits as FoundHits } from './search.ts'

/** The hits of a search, the best first. Near misses stand apart. */
export function Hits({ found: { hits, near_misses, more } }: { found: FoundHits }) {
  return (
    <>
      <HitList name="Hits" hits={hits} />
      {near_misses.length > 0 && (
        <details>
          <summary className="cursor-pointer text-sm text-muted">
            Passages that only have some of the words
          </summary>
          <HitList name="Near misses" hits={near_misses} />
        </details>
      )}
      {more && (
        <button type="button" className="button button-quiet w-full text-sm" onClick={more}>
          Show more
        </button>
      )}
    </>
  )
}

function HitList({ name, hits }: { name: string; hits: readonly SearchHit[] }) {
  return (
    <ol className="divide-y divide-line" aria-label={name}>
      {hits.map((hit) => (
        <Hit key={hit.link} hit={hit} />
      ))}
    </ol>
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
