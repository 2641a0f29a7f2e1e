import { useMutation } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'

import { ApiError } from '../../src/client/client.ts'
import { ScheduleId, ScheduleView } from '../../src/protocol/schedule.ts'
import { Badge } from '../parts/badge.tsx'
import { Failure, Skeleton } from '../parts/list-states.tsx'
import { Screen } from '../parts/screen.tsx'
import { useView } from '../parts/view.ts'
import { patch, request } from '../wire/request.ts'
import { ScheduleActions } from './schedule-actions.tsx'
import { changesBetween, draftOf, type ScheduleDraft } from './schedule-draft.ts'
import { ScheduleFacts } from './schedule-facts.tsx'
import { ScheduleForm } from './schedule-form.tsx'
import { ScheduleAddress } from './schedules-view.ts'
import { Slots } from './slots.tsx'
import { useSchedule, useScheduleChanged } from './stored-schedules.ts'
import { ownZone } from './when-words.ts'

const route = getRouteApi('/framed/pages/schedules/$schedule_id')
const TRAIL = [{ label: 'Schedules', link: { to: '/schedules' } }] as const

/** One schedule: what it starts and when, and what became of its last slots. */
export function ScheduleScreen() {
  const { success, data: schedule_id } = ScheduleId.safeParse(route.useParams().schedule_id)
  return success ? <Known schedule_id={schedule_id} /> : <NoSuchSchedule />
}

function Known({ schedule_id }: { schedule_id: ScheduleId }) {
  const loaded = useSchedule(schedule_id)
  const [{ edit }] = useView(ScheduleAddress)
  const isEdited = edit === 'yes'
  const schedule = loaded.data
  if (loaded.error instanceof ApiError && loaded.error.status === 404) return <NoSuchSchedule />
  return (
    <Screen
      title={schedule?.name ?? 'Schedule'}
      trail={TRAIL}
      aside={schedule && !isEdited && <ScheduleActions schedule={schedule} />}
    >
      <Failure what="The schedule" loaded={loaded} />
      {loaded.isPending && <Skeleton rows={4} />}
      {schedule && <Shown schedule={schedule} isEdited={isEdited} />}
    </Screen>
  )
}

function Shown({ schedule, isEdited }: { schedule: ScheduleView; isEdited: boolean }) {
  if (isEdited) return <Edit schedule={schedule} />
  return (
    <>
      {schedule.paused && <Badge tone="pending">paused: no slot starts a run</Badge>}
      <ScheduleFacts schedule={schedule} />
      <Slots schedule={schedule} />
    </>
  )
}

function Edit({ schedule }: { schedule: ScheduleView }) {
  const [, change] = useView(ScheduleAddress)
  const changed = useScheduleChanged()
  // The schedule is read again meanwhile: the form keeps what it began with.
  const [initial] = useState(() => draftOf(schedule, ownZone()))
  const close = () => change({ edit: undefined }, true)
  const save = useMutation({
    mutationFn: async (draft: ScheduleDraft) => {
      const body = patch(changesBetween(initial, draft))
      return request(`/api/schedules/${schedule.schedule_id}`, ScheduleView, body)
    },
    onSuccess: async (now) => {
      await changed(now)
      close()
    },
  })
  return (
    <ScheduleForm
      initial={initial}
      words={{ save: 'Save', failed: 'The schedule was not changed' }}
      saving={save.isPending}
      error={save.error}
      onSave={(draft) => save.mutate(draft)}
    >
      <button type="button" className="button button-quiet" onClick={close}>
        Cancel
      </button>
    </ScheduleForm>
  )
}

function NoSuchSchedule() {
  return (
    <Screen title="No such schedule" trail={TRAIL}>
      <p>There is no schedule at this address, or it is not yours.</p>
      <Link to="/schedules" className="button button-main">
        All schedules
      </Link>
    </Screen>
  )
}
