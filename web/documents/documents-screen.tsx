import { Screen } from '../screen.tsx'
import { Watching } from '../watching.tsx'
import { Documents } from './documents.tsx'

/** The screen of a matter: upload, progress and search of its documents. */
export function DocumentsScreen({ matter }: { matter: string }) {
  return (
    <Watching>
      <Screen title={matter}>
        <title>{`${matter} · Runcast`}</title>
        <Documents matter={matter} />
      </Screen>
    </Watching>
  )
}
