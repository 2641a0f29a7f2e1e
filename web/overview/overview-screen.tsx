import { Matters } from '../documents/matters.tsx'
import { Screen } from '../parts/screen.tsx'
import { StartRun } from '../start/start-run.tsx'
import { NeedsMe } from './needs-me.tsx'
import { PastRuns } from './past-runs.tsx'
import { RunningNow } from './running-now.tsx'
import { StartMenu } from './start-menu.tsx'

/** What goes on, what needs the reader, and what can be started. */
export function OverviewScreen() {
  return (
    <Screen title="Overview" tab={<title>Runcast</title>}>
      <StartMenu />
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
    </Screen>
  )
}
