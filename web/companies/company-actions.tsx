import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'

import type { CompanyView } from '../../src/protocol/company.ts'
import { RunStarted } from '../../src/protocol/run.ts'
import { Trouble } from '../parts/trouble.tsx'
import { post, request } from '../wire/request.ts'
import { DeleteCompany } from './delete-company.tsx'

/** What a person can do with a company: run it, and delete it. */
export function CompanyActions({ company }: { company: CompanyView }) {
  const navigate = useNavigate()
  const run = useMutation({
    mutationFn: () => {
      const body = post({ pipeline: 'ingestion', input: { companies: [company.slug] } })
      return request('/api/runs', RunStarted, body)
    },
    onSuccess: ({ run_id }) => navigate({ to: '/runs/$run_id', params: { run_id } }),
  })
  return (
    <div className="flex flex-wrap gap-2">
      <button
        type="button"
        className="button button-main"
        disabled={run.isPending}
        onClick={() => run.mutate()}
      >
        {run.isPending ? 'Starting…' : 'Run now'}
      </button>
      <DeleteCompany company={company} />
      {run.error && <Trouble title="The run was not started" error={run.error} />}
    </div>
  )
}
