import { useSyncExternalStore } from 'react'

import { DocumentsScreen } from './documents/documents-screen.tsx'
import icon from './icon.svg'
import { Link } from './link.tsx'
import { useAskedPipelines } from './nouns.ts'
import { ReaderScreen } from './reader/reader-screen.tsx'
import { type Route, useRoute } from './route.ts'
import { RunScreen } from './run-screen.tsx'
import { Screen } from './screen.tsx'
import { StartScreen } from './start-screen.tsx'
import { TokenScreen } from './token-screen.tsx'
import { tokenNeed } from './token.ts'

export function App() {
  return (
    <>
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex max-w-6xl items-center gap-2 px-4 py-3 sm:px-6">
          <Link to="/" className="flex items-center gap-2 text-lg font-bold tracking-tight">
            <img src={icon} alt="" className="size-6" />
            Runcast
          </Link>
        </div>
      </header>
      <CurrentScreen />
    </>
  )
}

function CurrentScreen() {
  const route = useRoute()
  const need = useSyncExternalStore(tokenNeed.subscribe, tokenNeed.read)
  if (need !== 'none') return <TokenScreen need={need} />
  return <NamedScreen route={route} />
}

/** The screen of a route, in the words of the pipelines. */
function NamedScreen({ route }: { route: Route }) {
  useAskedPipelines()
  switch (route.name) {
    case 'start':
      return <StartScreen />
    case 'run':
      return <RunScreen key={route.run_id} run_id={route.run_id} />
    case 'matter':
      return <DocumentsScreen key={JSON.stringify(route.matter)} asked={route.matter} />
    case 'read':
      return <ReaderScreen key={route.document_id} document_id={route.document_id} />
    case 'unknown':
      return <NoSuchPage />
  }
}

function NoSuchPage() {
  return (
    <Screen title="No such page">
      <p>
        There is no page at this address.{' '}
        <Link to="/" className="font-semibold text-accent underline">
          Start a run
        </Link>
      </p>
    </Screen>
  )
}
