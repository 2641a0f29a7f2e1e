import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import { CompanyView } from '../../src/protocol/company.ts'
import { Preview } from '../../src/protocol/preview.ts'
import { labelChanges, labelText } from '../parts/label-text.ts'
import { Trouble } from '../parts/trouble.tsx'
import { parseJson } from '../wire/json.ts'
import { patch, post, request } from '../wire/request.ts'
import { PreviewResult } from './preview-result.tsx'

/** Changes a company's name, its labels and how it is read. A test reads the list and stores nothing. */
export function SourceEditor({ company }: { company: CompanyView }) {
  const [name, setName] = useState(company.name)
  const [text, setText] = useState(() => JSON.stringify(company.source, null, 2))
  const [labels, setLabels] = useState(() => labelText(company.labels))
  const client = useQueryClient()
  const { slug } = company
  const source = parseJson(text)
  const test = useMutation({
    mutationFn: () => {
      const body = post({ companies: [{ slug, name, source }] })
      return request('/api/companies/preview', Preview, body)
    },
  })
  const save = useMutation({
    mutationFn: () => {
      const change = { name, source, labels: labelChanges(company.labels, labels) }
      return request(`/api/companies/${encodeURIComponent(slug)}`, CompanyView, patch(change))
    },
    onSuccess: async (changed) => {
      client.setQueryData(['company', slug], changed)
      await client.invalidateQueries({ queryKey: ['companies'] })
    },
  })
  const busy = test.isPending || save.isPending || source === undefined
  const [result] = test.data?.companies ?? []
  return (
    <form
      className="panel space-y-4 p-5"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <Fields {...{ name, setName, labels, setLabels, text, setText }} />
      {source === undefined && <p role="alert">The source is not valid JSON yet.</p>}
      {test.error && <Trouble title="The source could not be tested" error={test.error} />}
      {save.error && <Trouble title="The company was not changed" error={save.error} />}
      {result && <PreviewResult preview={result} />}
      <div className="flex flex-wrap gap-3">
        <button
          type="button"
          className="button button-quiet"
          disabled={busy}
          onClick={() => test.mutate()}
        >
          {test.isPending ? 'Reading the job list…' : 'Test it'}
        </button>
        <button type="submit" className="button button-main" disabled={busy}>
          {save.isPending ? 'Saving…' : 'Save'}
        </button>
      </div>
    </form>
  )
}

type FieldsProps = {
  name: string
  setName: (name: string) => void
  labels: string
  setLabels: (labels: string) => void
  text: string
  setText: (text: string) => void
}

function Fields({ name, setName, labels, setLabels, text, setText }: FieldsProps) {
  return (
    <>
      <label className="block space-y-1">
        <span className="font-semibold">Name</span>
        <input
          className="field w-full"
          value={name}
          maxLength={200}
          required
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <label className="block space-y-1">
        <span className="font-semibold">Labels</span>
        <input
          className="field w-full"
          value={labels}
          onChange={(event) => setLabels(event.target.value)}
        />
        <span className="block text-sm text-muted">
          As team:growth, with commas between them. A schedule can read all companies with a label.
        </span>
      </label>
      <label className="block space-y-1">
        <span className="font-semibold">Source, as JSON</span>
        <textarea
          rows={8}
          spellCheck={false}
          className="field w-full font-mono text-sm"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
    </>
  )
}
