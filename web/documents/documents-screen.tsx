import { useCallback, useState } from 'react'

import { useLoaded } from '../loaded.ts'
import type { MatterAddress } from '../route.ts'
import { Screen } from '../screen.tsx'
import { Trouble } from '../trouble.tsx'
import { Watching } from '../watching.tsx'
import { Documents } from './documents.tsx'
import { MatterActions } from './matter-actions.tsx'
import { findMatter, nameOf } from './matter.ts'

/** The screen of a matter: upload, progress and search of its documents. */
export function DocumentsScreen({ asked }: { asked: MatterAddress }) {
  const [first] = useState(asked)
  const [found, reload] = useLoaded(useCallback(() => findMatter(first), [first]))
  const named = 'matter' in first ? first.matter : 'Matter'
  const name = found.state === 'done' ? nameOf(found.value) : named
  const stored = found.state === 'done' && found.value.kind === 'stored' ? found.value : undefined
  return (
    <Watching>
      <Screen
        title={name}
        aside={stored && <MatterActions matter={stored.matter} onRenamed={reload} />}
      >
        <title>{`${name} · Runcast`}</title>
        {found.state === 'loading' && <p className="text-muted">Reading…</p>}
        {found.state === 'failed' && (
          <Trouble title="The matter could not be read" error={found.error} onRetry={reload} />
        )}
        {found.state === 'done' && <Documents shown={found.value} onChange={reload} />}
      </Screen>
    </Watching>
  )
}
