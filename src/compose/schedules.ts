import { createRunIds, readRunIdConfig } from '../api/run-ids.ts'
import { slotStarter } from '../api/schedules/start-slot.ts'
import { listCompanies } from '../db/companies.ts'
import type { StartSlot } from '../durable/owner/schedules/schedule-rpc.ts'
import type { Env } from '../env.ts'
import { runsOf } from './objects.ts'
import { assembleBatch } from './parts.ts'
import { startable } from './pipelines.ts'

/** What starts the runs of schedules, connected to the parts of this deployment. */
export function slotStarts(env: Env): StartSlot {
  return async (slot) => {
    const { db } = assembleBatch(env)
    const start = slotStarter({
      pipelines: startable,
      run_ids: createRunIds(readRunIdConfig(env)),
      run: runsOf(env),
      companies: { list: (query) => listCompanies(db, query) },
    })
    return start(slot)
  }
}
