import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'

import { RunId } from '../../src/protocol/ids.ts'
import { RunInput } from '../../src/protocol/run.ts'
import { ScheduleView } from '../../src/protocol/schedule.ts'
import { Failure, Skeleton } from '../parts/list-states.tsx'
import { Screen } from '../parts/screen.tsx'
import { useView } from '../parts/view.ts'
import { post, request } from '../wire/request.ts'
import { bodyOf, newSchedule, type ScheduleDraft } from './schedule-draft.ts'
import { ScheduleForm } from './schedule-form.tsx'
import { NewScheduleView } from './schedules-view.ts'
import { useScheduleChanged } from './stored-schedules.ts'
import { ownZone } from './when-words.ts'

const TRAIL = [{ label: 'Schedules', link: { to: '/schedules' } }] as const

/** Makes a schedule, perhaps with the input of a run that a person liked. */
export function NewScheduleScreen() {
  const [{ from }] = useView(NewScheduleView)
  const { data: run_id } = RunId.safeParse(from)
  return (
    <Screen title="Make a schedule" trail={TRAIL}>
      {run_id === undefined ? (
        <NewForm initial={newSchedule(ownZone())} />
      ) : (
        <LikeRun run_id={run_id} />
      )}
    </Screen>
  )
}

function LikeRun({ run_id }: { run_id: RunId }) {
  const loaded = useQuery({
    queryKey: ['run', run_id, 'input'],
    queryFn: () => request(`/api/runs/${run_id}/input`, RunInput),
    staleTime: Infinity,
  })
  if (loaded.isPending) return <Skeleton />
  return (
    <>
      <Failure what="The input of the run" loaded={loaded} />
      {loaded.data && <NewForm initial={newSchedule(ownZone(), loaded.data)} />}
    </>
  )
}

function NewForm({ initial }: { initial: ScheduleDraft }) {
  const navigate = useNavigate()
  const changed = useScheduleChanged()
  const make = useMutation({
    mutationFn: async (draft: ScheduleDraft) =>
      request('/api/schedules', ScheduleView, post(bodyOf(draft))),
    onSuccess: async (made) => {
      await changed(made)
      const { schedule_id } = made
      await navigate({ to: '/schedules/$schedule_id', params: { schedule_id } })
    },
  })
  return (
    <ScheduleForm
      initial={initial}
      words={{ save: 'Make the schedule', failed: 'The schedule was not made' }}
      saving={make.isPending}
      error={make.error}
      onSave={(draft) => make.mutate(draft)}
    />
  )
}
