import { PgBoss } from 'pg-boss'

import { makeJobs, slices, UPSERT } from './content.mjs'

const [role, connectionString] = process.argv.slice(2)

process.once('disconnect', () => process.exit())

// By default pg-boss looks for lost jobs each minute, and takes a job for lost after a quarter of an hour.
const monitor = { superviseIntervalSeconds: 10, monitorIntervalSeconds: 10 }
const boss = new PgBoss({ connectionString, ...monitor })
boss.on('error', (error) => console.error('bench: pg-boss:', error.message))
await boss.start()
await boss.createQueue('jobs', { heartbeatSeconds: 10, retryLimit: 3 })

if (role === 'producer') {
  const give = async (count) => {
    for (const some of slices(makeJobs(count), 1_000)) {
      const jobs = some.map((data) => ({ data }))
      await boss.insert('jobs', jobs)
    }
    process.send({ given: count })
  }
  process.on('message', (message) => void give(message.give))
} else {
  // `transactional`: the rows are committed with the end of their jobs, or not at all.
  const options = {
    batchSize: 100,
    localConcurrency: 4,
    burstWhenBatchFull: true,
    pollingIntervalSeconds: 0.5,
    transactional: true,
  }
  await boss.work('jobs', options, async (jobs, tx) => {
    const keys = jobs.map(({ data }) => data.key)
    await tx.executeSql(UPSERT, [keys, jobs.map(({ data }) => data.body)])
  })
}
process.send({ ready: role })
