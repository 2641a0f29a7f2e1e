import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'

import type { RunId } from '../../src/protocol/ids.ts'
import { RunRetried, RunStarted, type RunView } from '../../src/protocol/run.ts'
import { useStartsAgain } from '../parts/nouns.ts'
import { Trouble } from '../parts/trouble.tsx'
import { count } from '../parts/words.ts'
import { post, request } from '../wire/request.ts'
import { useReconnect } from './followed.ts'

type AgainProps = { run_id: RunId; view: RunView }

/** What a person can do with an ended run: try again what failed in it, or start it once more. */
export function AgainButtons({ run_id, view }: AgainProps) {
  const again = useStartsAgain(view.pipeline)
  const [sent, send] = useSending()
  const reconnect = useReconnect(run_id)
  const navigate = useNavigate()
  const { groups = 0, jobs = 0 } = view.problems ?? {}
  const failed = groups + jobs
  const retry = async () => {
    await request(`/api/runs/${run_id}/retry`, RunRetried, post({ status: 'failed' }))
    reconnect()
  }
  const start = async () => {
    const next = await request(`/api/runs/${run_id}/again`, RunStarted, post({}))
    await navigate({ to: '/runs/$run_id', params: { run_id: next.run_id } })
  }
  const sending = sent.state === 'sending'
  return (
    <>
      {failed > 0 && (
        <button
          type="button"
          className="button button-main"
          disabled={sending}
          onClick={() => void send(retry)}
        >
          Retry what failed ({count(failed)})
        </button>
      )}
      {again !== false && (
        <button
          type="button"
          // It has its place before it is known, so that it moves nothing when it appears.
          className={`button button-quiet ${again ? '' : 'invisible'}`}
          disabled={sending}
          onClick={() => void send(start)}
        >
          Run again
        </button>
      )}
      {sent.state === 'failed' && <Trouble title="That was not done" error={sent.error} />}
    </>
  )
}

type Sent =
  | { readonly state: 'ready' | 'sending' }
  | { readonly state: 'failed'; readonly error: unknown }

/** Sends one request at a time, and keeps how the last one ended. */
function useSending(): [Sent, (work: () => Promise<void>) => Promise<void>] {
  const [sent, setSent] = useState<Sent>({ state: 'ready' })
  const send = async (work: () => Promise<void>) => {
    setSent({ state: 'sending' })
    try {
      await work()
      setSent({ state: 'ready' })
    } catch (error) {
      setSent({ state: 'failed', error })
    }
  }
  return [sent, send]
}
