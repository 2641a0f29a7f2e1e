import { Link } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'

import type { CompanyView } from '../../src/protocol/company.ts'
import { useCompanies } from '../companies/stored-companies.ts'
import { Failure, Skeleton } from '../parts/list-states.tsx'
import { count, countOf } from '../parts/words.ts'

/** With more the list would be slow, and nobody reads it to its end. */
const SHOWN = 100

type ChosenCompaniesProps = {
  chosen: readonly string[]
  onChange: (chosen: readonly string[]) => void
}

/** Chooses among the stored companies. */
export function ChosenCompanies({ chosen, onChange }: ChosenCompaniesProps) {
  const { loaded, companies } = useCompanies()
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = loaded
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const [q, setQ] = useState('')
  const all = useMemo(
    () => withRemoved(companies, hasNextPage ? [] : chosen),
    [companies, hasNextPage, chosen],
  )
  const found = matching(all, q)
  const turn = (slug: string) =>
    onChange(chosen.includes(slug) ? chosen.filter((one) => one !== slug) : [...chosen, slug])
  if (loaded.isPending) return <Skeleton rows={3} />
  if (loaded.data && all.length === 0)
    return (
      <p className="text-muted">
        No companies are stored yet.{' '}
        <Link to="/companies/new" className="text-accent underline">
          Add companies
        </Link>
      </p>
    )
  return (
    <div className="space-y-3">
      <Failure what="The companies" loaded={loaded} />
      <input
        type="search"
        aria-label="Name of the company"
        placeholder="Name of the company"
        className="field w-full max-w-xl"
        value={q}
        onChange={(event) => setQ(event.target.value)}
        // Enter would send the form.
        onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
      />
      <ul className="max-h-72 space-y-1 overflow-y-auto" aria-label="Companies">
        {found.slice(0, SHOWN).map(({ slug, name }) => (
          <li key={slug}>
            <label className="flex cursor-pointer items-center gap-2 py-0.5">
              <input
                type="checkbox"
                className="size-4 shrink-0 accent-accent"
                checked={chosen.includes(slug)}
                onChange={() => turn(slug)}
              />
              <span className="min-w-0 wrap-anywhere">{name}</span>
            </label>
          </li>
        ))}
      </ul>
      <p className="text-sm text-muted" aria-live="polite">
        {countOf(chosen.length, { one: 'company', many: 'companies' })} chosen
        {found.length > SHOWN && `, ${count(found.length - SHOWN)} more by a search`}
      </p>
    </div>
  )
}

type Choosable = Pick<CompanyView, 'name'> & { readonly slug: string }

/** Adds the chosen companies that are stored no more, so that a person can take them out. */
function withRemoved(
  companies: readonly CompanyView[],
  chosen: readonly string[],
): readonly Choosable[] {
  const known = new Set<string>(companies.map(({ slug }) => slug))
  const removed = chosen.filter((slug) => !known.has(slug))
  return [...removed.map((slug) => ({ slug, name: `${slug} (not stored any more)` })), ...companies]
}

function matching(companies: readonly Choosable[], q: string): readonly Choosable[] {
  const wanted = q.trim().toLocaleLowerCase()
  return companies.filter(({ name, slug }) =>
    `${name} ${slug}`.toLocaleLowerCase().includes(wanted),
  )
}
