import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'

import { CompanyView } from '../../src/protocol/company.ts'
import { Preview } from '../../src/protocol/preview.ts'
import { RunStarted } from '../../src/protocol/run.ts'
import { Trouble } from '../parts/trouble.tsx'
import { countOf } from '../parts/words.ts'
import { post, request } from '../wire/request.ts'
import type { FoundCompany } from './found-company.ts'
import { FoundRow } from './found-row.tsx'

const COMPANY = { one: 'company', many: 'companies' }

/** The API previews so many companies at once. */
const PREVIEWED = 20

/** The companies that were found: to name, to preview, and to save. */
export function FoundCompanies({ found }: { found: readonly FoundCompany[] }) {
  const [rows, setRows] = useState(found)
  const chosen = rows.filter((row) => row.chosen)
  const previewing = usePreview()
  const saving = useSave()
  const busy = previewing.isPending || saving.isPending
  const change = (at: number, part: Partial<FoundCompany>) =>
    setRows((before) => before.map((row, n) => (n === at ? { ...row, ...part } : row)))
  return (
    <section aria-labelledby="found" className="panel space-y-4 p-5">
      <h2 id="found" className="text-lg font-bold">
        {countOf(rows.length, COMPANY)} found
      </h2>
      <ul className="divide-y divide-line">
        {rows.map((row, at) => (
          <FoundRow
            key={row.url}
            row={row}
            preview={previewing.data?.find(({ company }) => company === row.slug)}
            onChange={(part) => change(at, part)}
          />
        ))}
      </ul>
      {previewing.error && <Trouble title="The preview failed" error={previewing.error} />}
      {saving.error && <Trouble title="Not all was saved" error={saving.error} />}
      <div className="flex flex-wrap gap-3">
        <button
          type="button"
          className="button button-quiet"
          disabled={busy || chosen.length === 0}
          onClick={() => previewing.mutate(chosen.slice(0, PREVIEWED))}
        >
          {previewing.isPending ? 'Reading…' : 'Preview'}
        </button>
        <button
          type="button"
          className="button button-quiet"
          disabled={busy || chosen.length === 0}
          onClick={() => saving.mutate({ chosen, run: false })}
        >
          Save
        </button>
        <button
          type="button"
          className="button button-main"
          disabled={busy || chosen.length === 0}
          onClick={() => saving.mutate({ chosen, run: true })}
        >
          {saving.isPending ? 'Saving…' : 'Save and run'}
        </button>
      </div>
      {chosen.length > PREVIEWED && (
        <p className="text-sm text-muted">A preview reads the first {PREVIEWED} companies.</p>
      )}
    </section>
  )
}

function companyOf({ slug, name, source }: FoundCompany) {
  return { slug, name, source }
}

function usePreview() {
  return useMutation({
    mutationFn: async (companies: readonly FoundCompany[]) => {
      const body = post({ companies: companies.map(companyOf) })
      return (await request('/api/companies/preview', Preview, body)).companies
    },
  })
}

type Saved = { readonly chosen: readonly FoundCompany[]; readonly run: boolean }

/** Saves companies one after another, so that the first refused one is the one that the page names. */
function useSave() {
  const client = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: async ({ chosen, run }: Saved) => {
      for (const company of chosen)
        await request('/api/companies', CompanyView, post(companyOf(company)))
      if (!run) return undefined
      const input = { companies: chosen.map(({ slug }) => slug) }
      const body = post({ pipeline: 'ingestion', input })
      return (await request('/api/runs', RunStarted, body)).run_id
    },
    onSuccess: (run_id) =>
      run_id === undefined
        ? navigate({ to: '/companies' })
        : navigate({ to: '/runs/$run_id', params: { run_id } }),
    onSettled: () => client.invalidateQueries({ queryKey: ['companies'] }),
  })
}
