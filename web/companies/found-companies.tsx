import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'

import { type CompanyPreview, Preview } from '../../src/protocol/preview.ts'
import { Trouble } from '../parts/trouble.tsx'
import { countOf } from '../parts/words.ts'
import { post, request } from '../wire/request.ts'
import type { FoundCompany } from './found-company.ts'
import { FoundRow } from './found-row.tsx'
import { type SavedCompanies, useSave } from './save-companies.ts'

const COMPANY = { one: 'company', many: 'companies' }

/** The API previews so many companies with one request. */
const PREVIEWED_AT_ONCE = 20

/** The companies that were found: to name, to preview, and to save. */
export function FoundCompanies({ found }: { found: readonly FoundCompany[] }) {
  const [rows, setRows] = useState(found)
  const [outcome, setOutcome] = useState<SavedCompanies>()
  const chosen = rows.filter((row) => row.chosen)
  const { previews, asking: previewing } = usePreview()
  const saving = useSave()
  const save = (run: boolean) =>
    saving.mutate(
      { chosen, run },
      {
        onSuccess: (now) => {
          setOutcome(now)
          setRows((before) => before.filter(({ slug }) => !now.saved.includes(slug)))
        },
      },
    )
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
            key={row.from}
            row={row}
            preview={previews.find(({ company }) => company === row.slug)}
            onChange={(part) => change(at, part)}
          />
        ))}
      </ul>
      {previewing.error && <Trouble title="The preview failed" error={previewing.error} />}
      {saving.error && <Trouble title="Not all was saved" error={saving.error} />}
      {outcome && <Outcome outcome={outcome} />}
      <FoundActions
        off={previewing.isPending || saving.isPending || chosen.length === 0}
        previewing={previewing.isPending}
        saving={saving.isPending}
        onPreview={() => previewing.mutate(chosen)}
        onSave={save}
      />
    </section>
  )
}

type FoundActionsProps = {
  off: boolean
  previewing: boolean
  saving: boolean
  onPreview: () => void
  onSave: (run: boolean) => void
}

function FoundActions({ off, previewing, saving, onPreview, onSave }: FoundActionsProps) {
  const quiet = { type: 'button', className: 'button button-quiet', disabled: off } as const
  return (
    <div className="flex flex-wrap gap-3">
      <button {...quiet} onClick={onPreview}>
        {previewing ? 'Reading…' : 'Preview'}
      </button>
      <button {...quiet} onClick={() => onSave(false)}>
        Save
      </button>
      <button
        type="button"
        className="button button-main"
        disabled={off}
        onClick={() => onSave(true)}
      >
        {saving ? 'Saving…' : 'Save and run'}
      </button>
    </div>
  )
}

/** What was saved, and what was not, where the page does not lead on by itself. */
function Outcome({ outcome: { saved, refused, error, run_id } }: { outcome: SavedCompanies }) {
  if (refused.length === 0 && error === undefined) return null
  return (
    <div role="alert" className="space-y-2">
      <p>
        {countOf(saved.length, COMPANY)} saved.{' '}
        {run_id !== undefined && (
          <Link to="/runs/$run_id" params={{ run_id }} className="text-accent underline">
            Their run
          </Link>
        )}
      </p>
      {refused.length > 0 && (
        <ul className="list-disc space-y-1 pl-5 wrap-anywhere">
          {refused.map(({ slug, message }) => (
            <li key={slug}>
              <code>{slug}</code>: {message}
            </li>
          ))}
        </ul>
      )}
      {error !== undefined && <Trouble title="Not all was saved" error={error} />}
    </div>
  )
}

function companyOf({ slug, name, source }: FoundCompany) {
  return { slug, name, source }
}

/** Previews companies, and shows each answer as it comes. */
function usePreview() {
  const [previews, setPreviews] = useState<readonly CompanyPreview[]>([])
  const asking = useMutation({
    mutationFn: async (companies: readonly FoundCompany[]) => {
      setPreviews([])
      for (let at = 0; at < companies.length; at += PREVIEWED_AT_ONCE) {
        const body = post({ companies: companies.slice(at, at + PREVIEWED_AT_ONCE).map(companyOf) })
        const answer = await request('/api/companies/preview', Preview, body)
        setPreviews((before) => [...before, ...answer.companies])
      }
    },
  })
  return { previews, asking }
}
