import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useRef } from 'react'

import { ScheduleView, SlotView } from '../../src/protocol/schedule.ts'
import { Modal, type ModalHandle } from '../parts/modal.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { answered, patch, post, request } from '../wire/request.ts'
import { useScheduleChanged } from './stored-schedules.ts'

/** What a person can do with a schedule: start a run now, pause, change and delete it. */
export function ScheduleActions({ schedule }: { schedule: ScheduleView }) {
  return (
    <div className="flex flex-wrap gap-2">
      <RunNow schedule={schedule} />
      <PauseSchedule schedule={schedule} />
      <Link to="." search={{ edit: 'yes' }} className="button button-quiet">
        Change
      </Link>
      <DeleteSchedule schedule={schedule} />
    </div>
  )
}

/** Starts a run. The slots show it, also if it can be started only later. */
function RunNow({ schedule: { schedule_id } }: { schedule: ScheduleView }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const run = useMutation({
    mutationFn: () => {
      const body = post({})
      const headers = new Headers(body.headers)
      // A request that is sent once more with a new token is the same run.
      headers.set('idempotency-key', crypto.randomUUID())
      return request(`/api/schedules/${schedule_id}/run`, SlotView, { ...body, headers })
    },
    onSuccess: async ({ state, run_id }) => {
      await client.invalidateQueries({ queryKey: ['schedule', schedule_id] })
      if (state === 'started' && run_id !== undefined)
        await navigate({ to: '/runs/$run_id', params: { run_id } })
    },
  })
  return (
    <>
      <button
        type="button"
        className="button button-main"
        disabled={run.isPending}
        onClick={() => run.mutate()}
      >
        {run.isPending ? 'Starting…' : 'Run now'}
      </button>
      {run.data?.state === 'refused' && (
        <p role="alert">No run was started: {run.data.reason?.message}</p>
      )}
      {run.error && <Trouble title="The run was not started" error={run.error} />}
    </>
  )
}

function PauseSchedule({ schedule }: { schedule: ScheduleView }) {
  const changed = useScheduleChanged()
  const { schedule_id, paused } = schedule
  const turn = useMutation({
    mutationFn: (next: boolean) =>
      request(`/api/schedules/${schedule_id}`, ScheduleView, patch({ paused: next })),
    onSuccess: changed,
  })
  return (
    <>
      <button
        type="button"
        className="button button-quiet"
        disabled={turn.isPending}
        onClick={() => turn.mutate(!paused)}
      >
        {paused ? 'Resume' : 'Pause'}
      </button>
      {turn.error && <Trouble title="The schedule was not changed" error={turn.error} />}
    </>
  )
}

/** Deletes a schedule after a second question. */
function DeleteSchedule({ schedule: { schedule_id, name } }: { schedule: ScheduleView }) {
  const modal = useRef<ModalHandle>(null)
  const client = useQueryClient()
  const navigate = useNavigate()
  const remove = useMutation({
    mutationFn: () => answered(`/api/schedules/${schedule_id}`, { method: 'DELETE' }),
    onSuccess: async () => {
      modal.current?.close()
      await navigate({ to: '/schedules' })
      client.removeQueries({ queryKey: ['schedule', schedule_id] })
      await client.invalidateQueries({ queryKey: ['schedules'] })
    },
  })
  return (
    <>
      <button type="button" className="button button-danger" onClick={() => modal.current?.open()}>
        Delete
      </button>
      <Modal ref={modal} title={`Delete ${name}?`}>
        <p>No further run starts by it. The runs that it started stay.</p>
        {remove.error && <Trouble title="The schedule was not deleted" error={remove.error} />}
        <div className="flex flex-wrap justify-end gap-3">
          <button
            type="button"
            className="button button-quiet"
            onClick={() => modal.current?.close()}
          >
            Keep the schedule
          </button>
          <button
            type="button"
            className="button button-danger"
            disabled={remove.isPending}
            onClick={() => remove.mutate()}
          >
            {remove.isPending ? 'Deleting…' : 'Delete the schedule'}
          </button>
        </div>
      </Modal>
    </>
  )
}
