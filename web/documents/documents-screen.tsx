import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'

import { Screen } from '../parts/screen.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { Documents } from './documents.tsx'
import { MatterActions } from './matter-actions.tsx'
import { findMatter, type MatterAddress, nameOf } from './matter.ts'

/** The screen of a matter: upload, progress and search of its documents. */
export function DocumentsScreen({ asked }: { asked: MatterAddress }) {
  const [first] = useState(asked)
  const found = useQuery({ queryKey: ['matter', first], queryFn: () => findMatter(first) })
  const reload = () => void found.refetch()
  const { data } = found
  const named = 'matter' in first ? first.matter : 'Matter'
  const name = data ? nameOf(data) : named
  const stored = data?.kind === 'stored' ? data : undefined
  return (
    <Screen
      title={name}
      trail={[{ label: 'Matters', link: { to: '/matters' } }]}
      aside={stored && <MatterActions matter={stored.matter} onRenamed={reload} />}
    >
      {found.isPending && <p className="text-muted">Reading…</p>}
      {found.error && (
        <Trouble title="The matter could not be read" error={found.error} onRetry={reload} />
      )}
      {data && <Documents shown={data} onChange={reload} />}
    </Screen>
  )
}
