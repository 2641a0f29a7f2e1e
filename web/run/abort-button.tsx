import { useRef, useState } from 'react'

import type { RunId } from '../../src/protocol/ids.ts'
import { AbortReceipt } from '../../src/protocol/run.ts'
import { Trouble } from '../parts/trouble.tsx'
import { post, request } from '../wire/request.ts'

/** Aborts the run after a confirmation. The stream then shows the effect. */
export function AbortButton({ run_id }: { run_id: RunId }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [sending, setSending] = useState(false)
  const [error, setError] = useState<unknown>()

  const abort = async () => {
    setSending(true)
    setError(undefined)
    try {
      await request(`/api/runs/${run_id}/abort`, AbortReceipt, post())
      dialog.current?.close()
    } catch (failure) {
      setError(failure)
    } finally {
      setSending(false)
    }
  }

  return (
    <>
      <button
        type="button"
        className="button button-danger"
        onClick={() => dialog.current?.showModal()}
      >
        Abort
      </button>
      <dialog
        ref={dialog}
        aria-labelledby="abort-title"
        className="panel m-auto w-[min(28rem,calc(100vw-2rem))] space-y-4 p-5 text-ink"
        onClose={() => setError(undefined)}
      >
        <h2 id="abort-title" className="text-lg font-bold">
          Abort this run?
        </h2>
        <p>Finished work stays as it is; everything else ends as aborted.</p>
        {error !== undefined && <Trouble title="The run was not aborted" error={error} />}
        <div className="flex flex-wrap justify-end gap-3">
          <button
            type="button"
            className="button button-quiet"
            onClick={() => dialog.current?.close()}
          >
            Keep it running
          </button>
          <button
            type="button"
            className="button button-danger"
            disabled={sending}
            onClick={() => void abort()}
          >
            {sending ? 'Aborting…' : 'Abort the run'}
          </button>
        </div>
      </dialog>
    </>
  )
}
