import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useRef, useState } from 'react'

import type { RunId } from '../../src/protocol/ids.ts'
import { Trouble } from '../parts/trouble.tsx'
import { DocumentList } from './document-list.tsx'
import { DropZone } from './drop-zone.tsx'
import { readDocuments, STEP } from './matter-documents.ts'
import { groupOf, type NamedIn, type ShownMatter } from './matter.ts'
import { SearchBox } from './search-box.tsx'
import { UploadProgress } from './upload-progress.tsx'
import { Uploading } from './uploading.tsx'
import { useUploads } from './uploads.ts'

/** The search comes before the list also on a narrow screen, because the list may be long. */
export function Documents({ shown, onChange }: { shown: ShownMatter; onChange: () => void }) {
  const named = useNamed(shown)
  const group = groupOf(shown)
  const [most, setMost] = useState(STEP)
  const followed = useRef<ReadonlySet<RunId>>(new Set())
  const found = useQuery({
    queryKey: ['documents', named, most],
    queryFn: async () => {
      const read = await readDocuments(named, most)
      // The page goes on showing the run's own state of a document after the run has ended.
      followed.current = new Set([...read.followed, ...followed.current])
      return { ...read, followed: followed.current }
    },
    placeholderData: keepPreviousData,
    // Sets are compared by their members nowhere, so each answer is a list of its own.
    structuralSharing: false,
    refetchOnMount: 'always',
  })
  const { refetch } = found
  const reload = useCallback(() => void refetch(), [refetch])
  const brought = () => {
    reload()
    onChange()
  }
  const [uploads, send] = useUploads(named, brought)
  // Show the run's own state of a retried document: the stored state may be older.
  const change = (run_id: RunId) => {
    followed.current = new Set([...followed.current, run_id])
    reload()
  }
  const list = found.data
  return (
    <div className="grid items-start gap-6 lg:grid-cols-2">
      <div className="min-w-0 space-y-4">
        <DropZone onFiles={send} />
        <Uploading uploads={uploads} />
        <SearchBox named={named} />
      </div>
      <div className="min-w-0 space-y-4">
        {list &&
          [...list.followed].map((run_id) => (
            <UploadProgress key={run_id} {...{ group, run_id, list }} onEnded={reload} />
          ))}
        {found.isPending && <p className="text-muted">Reading…</p>}
        {found.error && (
          <Trouble title="The documents could not be read" error={found.error} onRetry={reload} />
        )}
        {list && <DocumentList list={list} onChange={change} onMore={() => setMost(most + STEP)} />}
      </div>
    </div>
  )
}

/** The same object as long as the matter is the same, so that a new count of its documents starts no request. */
function useNamed(shown: ShownMatter): NamedIn {
  const { kind } = shown
  const text = shown.kind === 'stored' ? shown.matter.matter_id : shown.name
  return useMemo(() => (kind === 'stored' ? { matter_id: text } : { matter: text }), [kind, text])
}
