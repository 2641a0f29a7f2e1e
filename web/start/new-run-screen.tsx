import { Matters } from '../documents/matters.tsx'
import { Screen } from '../parts/screen.tsx'
import { StartRun } from './start-run.tsx'

const TRAIL = [{ label: 'Runs', link: { to: '/runs' } }] as const

/** A form for each pipeline. */
export function NewRunScreen() {
  return (
    <Screen title="Start a run" trail={TRAIL}>
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <div className="space-y-6">
          <StartRun />
        </div>
        <Matters />
      </div>
    </Screen>
  )
}
