import { Matters } from '../documents/matters.tsx'
import { Screen } from '../parts/screen.tsx'
import { PastRuns } from './past-runs.tsx'
import { StartRun } from './start-run.tsx'

export function StartScreen() {
  return (
    <Screen title="Start a run">
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <div className="space-y-6">
          <StartRun />
        </div>
        <div className="space-y-6">
          <Matters />
          <PastRuns />
        </div>
      </div>
    </Screen>
  )
}
