import { useNavigate, useSearch as useAddress } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'

import { Trouble } from '../parts/trouble.tsx'
import { countOf } from '../parts/words.ts'
import { Hits } from './hits.tsx'
import type { NamedIn } from './matter.ts'
import { type SearchState, useSearch } from './search.ts'

/** Searches the matter's documents, also during an upload. The page's address keeps the question. */
export function SearchBox({ named }: { named: NamedIn }) {
  const q = useAddress({ strict: false, select: (address) => address['q'] ?? '' })
  const [asked] = useState(q)
  const navigate = useNavigate()
  const [found, search] = useSearch(named)
  useEffect(() => {
    if (asked !== '') search(asked)
  }, [asked, search])
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const words = new FormData(event.currentTarget).get('q')
    if (typeof words !== 'string' || words.trim() === '') return
    void navigate({
      to: '.',
      search: (now) => ({ ...now, q: words }),
      hash: true,
      replace: true,
      resetScroll: false,
    })
    search(words)
  }
  return (
    <section aria-labelledby="search" className="panel space-y-3 p-5">
      <h2 id="search" className="text-lg font-bold">
        Search
      </h2>
      <search>
        <form className="flex gap-2" onSubmit={submit}>
          <input
            name="q"
            type="search"
            aria-label="Question or words"
            placeholder="A question, or words"
            defaultValue={asked}
            className="field min-w-0 flex-1"
          />
          <button type="submit" className="button button-main">
            Search
          </button>
        </form>
      </search>
      <p className="text-sm text-muted">
        Searches all documents that are ready, by meaning and by word.
      </p>
      <output className="block font-semibold empty:sr-only">{wordsOf(found)}</output>
      {found.state === 'failed' && <Trouble title="The search failed" error={found.error} />}
      {found.state === 'done' && <Hits found={found} />}
    </section>
  )
}

/** Words for the search's result, in an element that stays, so that assistive tools announce its changes. */
function wordsOf(found: SearchState): string {
  switch (found.state) {
    case 'none':
    case 'failed':
      return ''
    case 'searching':
      return 'Searching…'
    case 'done': {
      const { hits, near_misses, more } = found
      if (near_misses.length > 0) return 'Nothing relevant was found.'
      if (hits.length === 0)
        return 'No passage was found. Try other words, or wait until more documents are ready.'
      return `${countOf(hits.length, 'passage')}${more ? ', and there are more' : ''}`
    }
  }
}
