import { useQuery } from '@tanstack/react-query'

import { Trouble } from '../parts/trouble.tsx'
import { loadSamples } from './samples.ts'
import { StartForm } from './start-form.tsx'

/** The form of a run, with the sample companies where there are any. */
export function StartRun() {
  const samples = useQuery({ queryKey: ['samples'], queryFn: loadSamples, staleTime: Infinity })
  // As high as the form, so that the form moves nothing when it comes.
  if (samples.isPending)
    return <p className="panel min-h-71 p-5 text-muted sm:min-h-65">Looking for samples…</p>
  return (
    <>
      {samples.error && (
        <Trouble
          title="The sample companies could not be read"
          error={samples.error}
          onRetry={() => void samples.refetch()}
        />
      )}
      <StartForm key={samples.status} samples={samples.data ?? []} />
    </>
  )
}
