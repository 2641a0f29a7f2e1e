import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'

import { ApiError } from '../../src/client/client.ts'
import { CompanyView } from '../../src/protocol/company.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import { RunStarted } from '../../src/protocol/run.ts'
import { post, request } from '../wire/request.ts'
import type { FoundCompany } from './found-company.ts'

type RefusedCompany = { readonly slug: string; readonly message: string }

type SaveRequest = { readonly chosen: readonly FoundCompany[]; readonly run: boolean }

/** What became of companies that were to be saved. `error`: why the page stopped before the last one. */
export type SavedCompanies = {
  readonly saved: readonly string[]
  readonly refused: readonly RefusedCompany[]
  readonly error?: unknown
  readonly run_id?: RunId
}

/** Saves companies, and starts a run of them. A refused one holds up none of the others. */
export function useSave() {
  const client = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: async ({ chosen, run }: SaveRequest): Promise<SavedCompanies> => {
      const done = await saveAll(chosen)
      if (!run || done.saved.length === 0 || done.error !== undefined) return done
      const body = post({ pipeline: 'ingestion', input: { companies: done.saved } })
      const { run_id } = await request('/api/runs', RunStarted, body)
      return { ...done, run_id }
    },
    onSuccess: ({ refused, error, run_id }) => {
      if (refused.length > 0 || error !== undefined) return undefined
      return run_id === undefined
        ? navigate({ to: '/companies' })
        : navigate({ to: '/runs/$run_id', params: { run_id } })
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['companies'] }),
  })
}

async function saveAll(chosen: readonly FoundCompany[]): Promise<SavedCompanies> {
  const saved: string[] = []
  const refused: RefusedCompany[] = []
  for (const { slug, name, labels, source } of chosen)
    try {
      await request('/api/companies', CompanyView, post({ slug, name, labels, source }))
      saved.push(slug)
    } catch (error) {
      const message = refusalOf(error)
      if (message === undefined) return { saved, refused, error }
      refused.push({ slug, message })
    }
  return { saved, refused }
}

/** What a person can mend of this company. Undefined: the error is about more than this company. */
function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof ApiError)) return undefined
  if (error.status === 409) return 'a company with this key is stored already. Choose another key.'
  return error.status === 422 ? error.message : undefined
}
