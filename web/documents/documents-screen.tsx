import { Screen } from '../screen.tsx'
import { Watching } from '../watching.tsx'
import { Documents } from './documents.tsx'

/** One matter's documents: brought, seen on their way, and searched. */
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
