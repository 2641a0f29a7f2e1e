import { useMutation } from '@tanstack/react-query'

import type { RunId } from '../../src/protocol/ids.ts'
import { RunPaused } from '../../src/protocol/run.ts'
import { Trouble } from '../parts/trouble.tsx'
import { post, request } from '../wire/request.ts'
import { useFollowed } from './followed.ts'
import { pauseOf } from './run-words.ts'

/** Pauses the run, or lets it go on. The stream then shows the effect, whoever caused it. */
export function PauseButton({ run_id }: { run_id: RunId }) {
  const isPaused = useFollowed(run_id, ({ run }) => pauseOf(run) === 'own')
  const turn = useMutation({
    mutationFn: (call: 'pause' | 'resume') =>
      request(`/api/runs/${run_id}/${call}`, RunPaused, post()),
  })
  const { error, isPending, variables } = turn
  return (
    <>
      <button
        type="button"
        className="button button-quiet"
        disabled={isPending}
        onClick={() => turn.mutate(isPaused ? 'resume' : 'pause')}
      >
        {isPaused ? 'Resume' : 'Pause'}
      </button>
      {error && (
        <Trouble
          title={`The run was not ${variables === 'resume' ? 'resumed' : 'paused'}`}
          error={error}
        />
      )}
    </>
  )
}
