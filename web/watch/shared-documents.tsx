import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'

import type { MatterView } from '../../src/protocol/matter.ts'
import { isTerminalJob } from '../../src/protocol/terminal.ts'
import { DocumentList } from '../documents/document-list.tsx'
import { listDocuments, STEP } from '../documents/matter-documents.ts'
import { SearchBox } from '../documents/search-box.tsx'
import { Failure, Skeleton } from '../parts/list-states.tsx'
import { Screen } from '../parts/screen.tsx'
import { useSharedMatter } from './shared-matter.ts'

/** The documents of the shared matter, and their search. */
export function SharedDocuments() {
  const { data } = useSharedMatter()
  return data && <Shown matter={data} />
}

/** While documents are being read, the list is read again every few seconds. */
const REREAD_MS = 5_000

const NO_RUNS = new Set<never>()

function Shown({ matter: { matter_id, name, documents } }: { matter: MatterView }) {
  const [most, setMost] = useState(STEP)
  const named = useMemo(() => ({ matter_id }), [matter_id])
  const found = useQuery({
    // The list is read again when the matter's counts change.
    queryKey: ['documents', named, most, documents],
    queryFn: () => listDocuments(named, most),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.documents.every(({ status }) => isTerminalJob(status)) ? false : REREAD_MS,
  })
  return (
    <Screen title={name}>
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <div className="min-w-0">
          <SearchBox named={named} />
        </div>
        <div className="min-w-0 space-y-4">
          <Failure what="The documents" loaded={found} />
          {found.isPending && <Skeleton />}
          {found.data && (
            <DocumentList
              list={{ ...found.data, followed: NO_RUNS }}
              onChange={undefined}
              onMore={() => setMost(most + STEP)}
            />
          )}
        </div>
      </div>
    </Screen>
  )
}
