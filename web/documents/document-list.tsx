import { useRef, useState } from 'react'

import type { RunId } from '../../src/protocol/ids.ts'
import { countOf } from '../parts/words.ts'
import { DocumentRow } from './document-row.tsx'
import { type MatterDocuments, STEP } from './matter-documents.ts'

type DocumentListProps = {
  list: Pick<MatterDocuments, 'documents' | 'followed' | 'more'>
  /** Called when a person changed a document of this run. Undefined: this person may only read. */
  onChange: ((run_id: RunId) => void) | undefined
  onMore: () => void
}

/** In a list of more documents than this, failed ones are easily overlooked. */
const MANY = 10

export function DocumentList({ list, onChange, onMore }: DocumentListProps) {
  const { documents, followed, more } = list
  const heading = useRef<HTMLHeadingElement>(null)
  const [onlyFailed, setOnlyFailed] = useState(false)
  // The change removes the pressed button. A keyboard user goes on from the list's title.
  const change = (run_id: RunId) => {
    heading.current?.focus()
    onChange?.(run_id)
  }
  return (
    <section aria-labelledby="documents" className="panel px-5 py-4">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 id="documents" ref={heading} tabIndex={-1} className="text-lg font-bold tabular-nums">
          {documents.length === 0 ? 'Documents' : countOf(documents.length, 'document')}
          {more && ' and more'}
        </h2>
        {documents.length > MANY && <OnlyFailed value={onlyFailed} onChange={setOnlyFailed} />}
      </div>
      {documents.length === 0 && <p className="text-muted">None yet.</p>}
      <ul
        aria-labelledby="documents"
        data-only-failed={onlyFailed || undefined}
        className="divide-y divide-line data-only-failed:[&>li:not([data-status=failed])]:hidden"
      >
        {documents.map((document) => (
          <DocumentRow
            key={`${document.document_id} ${document.run_id}`}
            document={document}
            isFollowed={followed.has(document.run_id)}
            onChange={onChange === undefined ? undefined : () => change(document.run_id)}
          />
        ))}
      </ul>
      {more && (
        <button type="button" className="button button-quiet mt-3 w-full text-sm" onClick={onMore}>
          Show {STEP} more
        </button>
      )}
    </section>
  )
}

function OnlyFailed(props: { value: boolean; onChange: (value: boolean) => void }) {
  return (
    <label className="flex items-center gap-2 text-sm">
      <input
        type="checkbox"
        className="accent-accent"
        checked={props.value}
        onChange={(event) => props.onChange(event.target.checked)}
      />
      Only failed documents
    </label>
  )
}
