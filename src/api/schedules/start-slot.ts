import type {
  SlotAnswer,
  SlotStart,
  StartSlot,
} from '../../durable/owner/schedules/schedule-rpc.ts'
import type { Owner } from '../../protocol/ids.ts'
import { callDatabase } from '../calls.ts'
import type { ApiPorts } from '../ports.ts'
import { ProblemError } from '../problem.ts'
import { launchRun, type LaunchPorts, nameRun } from '../start.ts'
import { AllCompanies, MOST_COMPANIES } from './scheduled-input.ts'

export type SlotPorts = LaunchPorts & { readonly companies: Pick<ApiPorts['companies'], 'list'> }

/** Starts the runs of slots in the way in which the API starts runs: the same check of the input, the same call. */
export function slotStarter(ports: SlotPorts): StartSlot {
  return async (slot) => {
    const pipeline = ports.pipelines[slot.pipeline]
    if (pipeline === undefined)
      return refused('pipeline_unknown', `There is no pipeline ${slot.pipeline} here any more.`)
    const given: unknown = JSON.parse(slot.input)
    const whole = await resolveInput(ports, slot.owner, given)
    if (whole === undefined) return refused('no_companies', 'There are no companies to read.')
    const input = pipeline.input.safeParse(whole)
    if (!input.success)
      return refused(
        'input_refused',
        `The input is not valid any more: ${input.error.issues[0]?.message}`,
      )
    return launch(ports, slot, { input: input.data, body: given })
  }
}

type SlotInput = { readonly input: unknown; readonly body: unknown }

async function launch(
  ports: SlotPorts,
  { owner, key, pipeline, name, labels }: SlotStart,
  { input, body }: SlotInput,
): Promise<SlotAnswer> {
  const run_id = await nameRun(ports, { owner, headers: { 'Idempotency-Key': key } })
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

/** Puts the owner's companies of this moment in the place of `all`. Undefined: there are none. */
async function resolveInput(ports: SlotPorts, owner: Owner, given: unknown): Promise<unknown> {
  if (!AllCompanies.safeParse(given).success) return given
  const companies: string[] = []
  let cursor: string | null | undefined
  do {
    const query = { owner, cursor: cursor ?? undefined, limit: 1_000 }
    const listed = await callDatabase(() => ports.companies.list(query))
    if (listed.kind === 'bad_cursor')
      throw new Error('the list of companies refused its own cursor')
    companies.push(...listed.page.companies.map(({ slug }) => slug))
    cursor = listed.page.next_cursor
  } while (cursor !== null && companies.length <= MOST_COMPANIES)
  return companies.length === 0 ? undefined : { companies }
}
