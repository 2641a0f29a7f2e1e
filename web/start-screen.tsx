import { Matters } from './documents/matters.tsx'
import { useLoaded } from './loaded.ts'
import { PastRuns } from './past-runs.tsx'
import { loadSamples } from './samples.ts'
import { Screen } from './screen.tsx'
import { StartForm } from './start-form.tsx'
import { Trouble } from './trouble.tsx'

export function StartScreen() {
  const [samples, reload] = useLoaded(loadSamples)
  return (
    <Screen title="Start a run">
      <title>Runcast</title>
      <div className="grid items-start gap-6 lg:grid-cols-2">
        {samples.state === 'loading' && (
          <p className="panel p-5 text-muted">Looking for samples…</p>
        )}
        {samples.state === 'failed' && (
          <Trouble
            title="The sample companies could not be read"
            error={samples.error}
            onRetry={reload}
          />
        )}
        {samples.state !== 'loading' && (
          <StartForm key={samples.state} samples={samples.state === 'done' ? samples.value : []} />
        )}
        <div className="space-y-6">
          <Matters />
          <PastRuns />
        </div>
      </div>
    </Screen>
  )
}
