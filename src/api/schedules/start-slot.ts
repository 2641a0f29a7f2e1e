import type {
  SlotAnswer,
  SlotStart,
  StartSlot,
} from '../../durable/owner/schedules/schedule-rpc.ts'
import type { RunId } from '../../protocol/ids.ts'
import type { Reason } from '../../protocol/status.ts'
import { type ChoicePorts, findChosen } from '../chosen-companies.ts'
import { ProblemError } from '../problem.ts'
import { isKnown } from '../read-run.ts'
import { launchRun, type LaunchPorts, nameRun } from '../start.ts'

export type SlotPorts = LaunchPorts & ChoicePorts

/** Starts the runs of slots in the way in which the API starts runs: the same check of the input, the same call. */
export function slotStarter(ports: SlotPorts): StartSlot {
  return async (slot) => {
    const pipeline = ports.pipelines[slot.pipeline]
    if (pipeline === undefined)
      return refused('pipeline_unknown', `There is no pipeline ${slot.pipeline} here any more.`)
    const given: unknown = JSON.parse(slot.input)
    const run_id = await nameRun(ports, {
      owner: slot.owner,
      headers: { 'Idempotency-Key': slot.key },
    })
    const found = await findChosen(ports, slot, given)
    if (found.kind === 'none') return withoutCompanies(ports, { ...slot, run_id }, found.reason)
    const input = pipeline.input.safeParse(found.input)
    if (!input.success)
      return refused(
        'input_refused',
        `The input is not valid any more: ${input.error.issues[0]?.message}`,
      )
    return launch(ports, { ...slot, run_id }, { input: input.data, body: given })
  }
}

type NamedSlot = SlotStart & { readonly run_id: RunId }

/** The companies of a choice may have gone since a try whose answer was lost: its run is the slot's. */
async function withoutCompanies(
  ports: SlotPorts,
  { owner, run_id }: NamedSlot,
  reason: Reason,
): Promise<SlotAnswer> {
  const isStarted = await isKnown(ports, { run_id, owner })
  return isStarted ? { kind: 'started', run_id, status: 'pending' } : { kind: 'refused', reason }
}

type SlotInput = { readonly input: unknown; readonly body: unknown }

async function launch(
  ports: SlotPorts,
  { owner, run_id, pipeline, name, labels }: NamedSlot,
  { input, body }: SlotInput,
): Promise<SlotAnswer> {
  try {
    const naming = { name, labels }
    const { status } = await launchRun(ports, { run_id, owner, pipeline, input, body, ...naming })
    return { kind: 'started', run_id, status }
  } catch (error) {
    // The slot's run was started before, and the schedule has changed since.
    if (isProblem(error, 'key-reused')) return { kind: 'started', run_id, status: 'pending' }
    if (isProblem(error, 'invalid-input')) return refused('input_refused', error.message)
    throw error
  }
}

function isProblem(error: unknown, code: ProblemError['code']): error is ProblemError {
  return error instanceof ProblemError && error.code === code
}

function refused(code: string, message: string): SlotAnswer {
  return { kind: 'refused', reason: { code, message } }
}
