import { useRuns } from '../../src/client/react.ts'
import { Matters } from '../documents/matters.tsx'
import { Screen } from '../parts/screen.tsx'
import { useWaited } from '../parts/waited.ts'
import { StartRun } from '../start/start-run.tsx'
import { NeedsMe, useTroubledRuns } from './needs-me.tsx'
import { PastRuns } from './past-runs.tsx'
import { RunningNow } from './running-now.tsx'
import { StartMenu } from './start-menu.tsx'

/** What goes on, what needs the reader, and what can be started. */
export function OverviewScreen() {
  const isKnown = useKnown()
  return (
    <Screen title="Overview" tab={<title>Runcast</title>}>
      <StartMenu />
      <div className={`space-y-6 ${isKnown ? '' : 'invisible'}`}>
        <RunningNow />
        <NeedsMe />
        <div className="grid items-start gap-6 lg:grid-cols-2">
          <section aria-labelledby="start" className="space-y-4">
            <h2 id="start" className="sr-only">
              Start a run
            </h2>
            <StartRun />
          </section>
          <div className="space-y-6">
            <Matters />
            <PastRuns />
          </div>
        </div>
      </div>
    </Screen>
  )
}

/** Whether it is known which runs go on and which need the reader: these stand above the rest, which they would push down. */
function useKnown(): boolean {
  const { isPending } = useTroubledRuns()
  const { connection } = useRuns()
  const waited = useWaited()
  return waited || (!isPending && connection.status !== 'connecting')
}
