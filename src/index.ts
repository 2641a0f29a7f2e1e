import { createApp } from './api/app.ts'
import { readAuthConfig } from './api/auth-config.ts'
import type { ApiPorts } from './api/ports.ts'
import { visitCompany } from './db/companies.ts'
import type { Database } from './db/connect.ts'
import { connect } from './db/connect.ts'
import { listPostings } from './db/posting-list.ts'
import { postingTail } from './db/postings.ts'
import { recordResults } from './db/results.ts'
import { writeRunJobs } from './db/run-jobs.ts'
import { listRuns, writeRun } from './db/runs.ts'
import { createEgress } from './egress.ts'
import type { Env } from './env.ts'
import { consoleLog as log } from './log.ts'
import { ingestion } from './pipelines/ingestion/ingestion.ts'
import type { RunId } from './protocol/ids.ts'
import { openBlobs } from './queue/blobs.ts'
import { checkpointConsumer } from './queue/checkpoint.ts'
import { consumeBatch, type PipelinePorts } from './queue/consumer.ts'
import { deadLetterConsumer } from './queue/dead-letters.ts'
import { planConsumer } from './queue/plan.ts'
import { workConsumer } from './queue/work.ts'
import type { Settings } from './settings.ts'
import { readSettings } from './settings.ts'

export { RunObject } from './durable/run-object.ts'

type Parts = { readonly env: Env; readonly settings: Settings; readonly db: Database }
type App = ReturnType<typeof createApp>

/** Without the secret, what needs Postgres says that it cannot be reached. (RFC 2606: no such host.) */
const NOWHERE = 'postgresql://nobody:nothing@unset.invalid/none'

/** Made once an isolate; what is lost with it is made again. */
const apps = new WeakMap<Env, App>()

export default {
  async fetch(request, env, ctx) {
    const app = apps.get(env) ?? createApp(apiPorts(assemble(env)))
    apps.set(env, app)
    return app.fetch(request, env, ctx)
  },

  async queue(batch, env) {
    const parts = assemble(env)
    switch (batch.queue) {
      case 'runcast-plan':
        return consumeBatch(batch, planning(parts), log)
      case 'runcast-ingestion':
        return consumeBatch(batch, working(parts), log)
      case 'runcast-checkpoint':
        return consumeBatch(batch, checkpointing(parts), log)
      case 'runcast-dead-letters':
        return consumeBatch(batch, deadLetterConsumer({ run: runOf(env), log }), log)
      default:
        throw new Error(`no consumer is written for the queue ${batch.queue}`)
    }
  },
} satisfies ExportedHandler<Env>

function assemble(env: Env): Parts {
  const settings = readSettings(env.SETTINGS)
  const endpoint = env.NEON_ENDPOINT === undefined ? {} : { endpoint: env.NEON_ENDPOINT }
  const { statement_ms } = settings
  return {
    env,
    settings,
    db: connect({ url: env.DATABASE_URL ?? NOWHERE, statement_ms, ...endpoint }),
  }
}

function runOf(env: Env) {
  return (run_id: RunId) => env.RUNS.getByName(run_id)
}

function words(list: string): string[] {
  return list.split(',').flatMap((word) => word.trim() || [])
}

function apiPorts({ env, settings, db }: Parts): ApiPorts {
  return {
    auth: readAuthConfig(env),
    environment: env.RUNCAST_ENV === 'local' ? 'local' : 'production',
    cors: words(env.CORS_ORIGINS),
    retry_ms: settings.retry_ms,
    pipelines: { ingestion },
    run: runOf(env),
    listRuns: (query) => listRuns(db, query),
    listPostings: (query) => listPostings(db, query),
    health: () => Promise.resolve(true),
    log,
  }
}

function pipelinePorts({ env, settings }: Parts): PipelinePorts {
  return {
    run: runOf(env),
    log,
    fetch: createEgress({ allow: words(env.EGRESS_ALLOW) }),
    blobs: () => openBlobs(env.BLOBS),
    report_ms: settings.report_ms,
    unavailable_ms: settings.unavailable_ms,
  }
}

function planning(parts: Parts) {
  const companies = {
    visit: (request: Parameters<typeof visitCompany>[1]) => visitCompany(parts.db, request),
  }
  return planConsumer({
    ...pipelinePorts(parts),
    batch_jobs: parts.settings.batch_jobs,
    planners: {
      ingestion: {
        deadline_ms: ingestion.limits.plan_deadline_ms,
        plan: (task, ports) => ingestion.plan(task, { ...ports, companies }),
      },
    },
  })
}

function working(parts: Parts) {
  return workConsumer({
    ...pipelinePorts(parts),
    workers: {
      ingestion: {
        deadline_ms: ingestion.limits.job_deadline_ms,
        work: (task, ports) => ingestion.work(task, ports),
        record: (run, rows) => recordResults(parts.db, { ...run, tail: postingTail }, rows),
      },
    },
  })
}

function checkpointing({ env, settings, db }: Parts) {
  return checkpointConsumer({
    run: runOf(env),
    log,
    rows: settings.checkpoint_rows,
    unavailable_ms: settings.unavailable_ms,
    writeRun: (checkpoint) => writeRun(db, checkpoint),
    async writeJobs(run, rows) {
      const refused = await writeRunJobs(db, run, rows)
      if (refused.length > 0) log('error', 'Postgres cannot hold some jobs', { ...run, refused })
    },
  })
}
