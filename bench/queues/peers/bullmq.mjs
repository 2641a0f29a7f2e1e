import { Queue, Worker } from 'bullmq'
import { Pool } from 'pg'

import { makeJobs, slices, UPSERT } from './content.mjs'

const [role, port, database] = process.argv.slice(2)
const connection = { host: '127.0.0.1', port: Number(port) }

process.once('disconnect', () => process.exit())

if (role === 'producer') {
  // A finished job is kept only where a person wants to look at it. Failed ones are kept.
  const defaultJobOptions = { removeOnComplete: true, attempts: 3 }
  const queue = new Queue('jobs', { connection, defaultJobOptions })
  await queue.waitUntilReady()
  const give = async (count) => {
    for (const some of slices(makeJobs(count), 1_000))
      await queue.addBulk(some.map((data) => ({ name: 'job', data })))
    process.send({ given: count })
  }
  process.on('message', (message) => void give(message.give))
} else {
  const pool = new Pool({ connectionString: database, max: 10 })
  const work = ({ data: { key, body } }) => pool.query(UPSERT, [[key], [body]])
  const worker = new Worker('jobs', async (job) => void (await work(job)), {
    connection: { ...connection, maxRetriesPerRequest: null },
    concurrency: 100,
  })
  worker.on('error', (error) => console.error('bench: bullmq:', error.message))
  await worker.waitUntilReady()
}
process.send({ ready: role })
