import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'

import { type SearchHit, SearchPage } from '../../src/protocol/document.ts'
import { useDocumentLink } from '../parts/matter-links.ts'
import { passageIn } from '../parts/passage.ts'
import { countOf } from '../parts/words.ts'
import { request } from '../wire/request.ts'

type HitStepsProps = {
  document_id: string
  /** The number of the shown passage. */
  passage: number | undefined
}

/** Leads from one hit of the search to the next, in the order of the text. */
export function HitSteps({ document_id, passage }: HitStepsProps) {
  const q = useSearch({ strict: false, select: (address) => address['q'] ?? '' })
  const { data: hits = [] } = useQuery({
    queryKey: ['hits', document_id, q],
    queryFn: ({ signal }) => readHits(document_id, q, signal),
    enabled: q !== '',
    staleTime: Infinity,
  })
  if (hits.length === 0) return null
  const at = hits.findIndex(({ n }) => n === passage)
  const { before, after } = neighboursOf(hits, passage)
  return (
    <nav aria-label={`Hits for “${q}”`} className="flex items-center gap-2 text-sm tabular-nums">
      <Step name="Previous hit" sign="‹" hit={before} q={q} />
      <span>{at === -1 ? countOf(hits.length, 'hit') : `Hit ${at + 1} of ${hits.length}`}</span>
      <Step name="Next hit" sign="›" hit={after} q={q} />
    </nav>
  )
}

type PlacedHit = Pick<SearchHit, 'document_id' | 'page'> & { readonly n: number }

/** The most hits that a search answers at once. */
const MOST = 50

async function readHits(
  document_id: string,
  q: string,
  signal: AbortSignal,
): Promise<readonly PlacedHit[]> {
  const query = new URLSearchParams({ q, document: document_id, limit: String(MOST) })
  const { hits } = await request(`/api/search?${query}`, SearchPage, { signal })
  return hits
    .flatMap(({ link, ...hit }) => {
      const n = passageIn(link.split('#')[1])
      return n === undefined ? [] : [{ ...hit, n }]
    })
    .toSorted((one, other) => one.n - other.n)
}

/** The hits around the shown passage, which may be no hit itself. */
function neighboursOf(hits: readonly PlacedHit[], passage: number | undefined) {
  const here = passage ?? -1
  return {
    before: hits.findLast(({ n }) => n < here),
    after: hits.find(({ n }) => n > here),
  }
}

type StepProps = { name: string; sign: string; hit: PlacedHit | undefined; q: string }

function Step({ name, sign, hit, q }: StepProps) {
  const linkTo = useDocumentLink()
  const look = 'button button-quiet min-w-10 text-sm'
  if (hit === undefined)
    return (
      <button type="button" className={look} aria-label={name} disabled>
        {sign}
      </button>
    )
  const { document_id, page, n } = hit
  return (
    <Link
      {...linkTo({ document_id, q, page, passage: n })}
      resetScroll={false}
      className={look}
      aria-label={name}
      title={name}
    >
      {sign}
    </Link>
  )
}
