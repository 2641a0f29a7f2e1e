import { useNavigate } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'

import type { Noun } from '../../src/protocol/pipelines.ts'
import { RunStarted } from '../../src/protocol/run.ts'
import { useNounsOf } from '../parts/nouns.ts'
import { Trouble } from '../parts/trouble.tsx'
import { countOf } from '../parts/words.ts'
import { parseJson } from '../wire/json.ts'
import { post, request } from '../wire/request.ts'
import type { Companies } from './samples.ts'

const FIRST = 8

const EXAMPLE = `[{
  "slug": "acme",
  "name": "Acme",
  "source": { "type": "greenhouse", "board": "acme" }
}]`

/** The form sends the content of the text area. The slider only writes into the text area. */
export function StartForm({ samples }: { samples: Companies }) {
  const [text, setText] = useState(() => (samples.length > 0 ? write(samples.slice(0, FIRST)) : ''))
  const [sending, setSending] = useState(false)
  const [error, setError] = useState<unknown>()
  const navigate = useNavigate()

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setError(undefined)
    setSending(true)
    try {
      const body = { pipeline: 'ingestion', input: { companies: readCompanies(text) } }
      const started = await request('/api/runs', RunStarted, post(body))
      await navigate({ to: '/runs/$run_id', params: { run_id: started.run_id } })
    } catch (failure) {
      setError(failure)
      setSending(false)
    }
  }

  return (
    <form onSubmit={(event) => void submit(event)} className="panel space-y-5 p-5">
      <p className="text-muted">
        Reads the job postings of the companies’ career sites, and stores each of them.
      </p>
      {samples.length > 0 && <SampleCount {...{ samples, text, setText }} />}
      <details open={samples.length === 0} className="group">
        <summary className="w-fit cursor-pointer font-semibold">The companies as JSON</summary>
        <CompaniesField text={text} setText={setText} />
      </details>
      {error !== undefined && <Trouble title="The run was not started" error={error} />}
      <button type="submit" className="button button-main w-full sm:w-auto" disabled={sending}>
        {sending ? 'Starting…' : 'Start the run'}
      </button>
    </form>
  )
}

type Field = { text: string; setText: (text: string) => void }

function SampleCount({ samples, text, setText }: Field & { samples: Companies }) {
  const [chosen, setChosen] = useState(Math.min(FIRST, samples.length))
  const edited = text !== write(samples.slice(0, chosen))
  return (
    <div className="space-y-2">
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <label htmlFor="sample-count" className="font-semibold">
          Sample companies
        </label>
        <output htmlFor="sample-count" className="text-muted tabular-nums">
          {edited ? 'edited by hand' : `${chosen} of ${samples.length}`}
        </output>
      </div>
      <input
        id="sample-count"
        type="range"
        min={1}
        max={samples.length}
        value={chosen}
        className="w-full accent-accent"
        onChange={(event) => {
          setChosen(event.target.valueAsNumber)
          setText(write(samples.slice(0, event.target.valueAsNumber)))
        }}
      />
    </div>
  )
}

function CompaniesField({ text, setText }: Field) {
  const { group } = useNounsOf()('ingestion')
  return (
    <div className="mt-3 space-y-1">
      <label htmlFor="companies" className="block text-sm text-muted">
        A list of <code>{'{slug, name, source: {type, board, base_url?}}'}</code>
      </label>
      <textarea
        id="companies"
        rows={12}
        spellCheck={false}
        autoComplete="off"
        className="field w-full font-mono text-xs"
        placeholder={EXAMPLE}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <p className="text-sm text-muted" aria-live="polite">
        {describe(text, group)}
      </p>
    </div>
  )
}

function write(companies: Companies): string {
  return JSON.stringify(companies, null, 2)
}

/** Parses the companies. The form refuses only text that is not JSON; the server validates the rest. */
function readCompanies(text: string): unknown {
  const companies = parseJson(text)
  if (companies === undefined) throw new Error('The companies are not valid JSON.')
  return companies
}

function describe(text: string, noun: Noun): string {
  if (text.trim() === '') return 'None yet.'
  const companies = parseJson(text)
  if (companies === undefined) return 'Not valid JSON yet.'
  return Array.isArray(companies) ? countOf(companies.length, noun) : 'Not a list.'
}
