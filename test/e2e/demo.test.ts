import { once } from 'node:events'

import { expect, test } from 'vitest'
import { z } from 'zod'

import { RunEvent } from '../../src/protocol/events.ts'
import { fold, unwatched } from '../../src/protocol/fold.ts'
import { livingIn } from '../support/process-group.ts'
import { spawnScript } from '../support/stack.ts'
import { ALL_JOBS } from '../support/whole-run.ts'

const Line = z.strictObject({ id: z.string().optional(), event: z.string(), data: z.json() })

/**
 * Runs the demo without a terminal, and returns its output. Checks that it exits with 0 and leaves no
 * process behind.
 */
async function runDemo(...args: string[]): Promise<string> {
  const child = spawnScript(['demo', '--', ...args])
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (text: Buffer) => (stdout += text.toString()))
  child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()))
  await once(child, 'close')
  expect({ code: child.exitCode, stderr: stderr.replace(/^npm .*\n/gm, '') }).toEqual({
    code: 0,
    stderr: '',
  })
  expect(livingIn(z.int().parse(child.pid))).toEqual([])
  return stdout
}

test.concurrent('npm run demo shows a run in plain lines, and sums it up', async () => {
  const lines = (await runDemo()).trimEnd().split('\n')
  expect(lines[0]).toBe('Starting Runcast in a folder of its own …')
  expect(lines.slice(-4)).toEqual([
    expect.stringMatching(/^Run [0-9a-f]{32} is finished after \d+\.\d s\.$/),
    `  ${ALL_JOBS} jobs: ${ALL_JOBS} ready, 0 failed, 0 skipped, 0 aborted`,
    `  postings: ${ALL_JOBS} new, 0 changed, 0 unchanged, 0 gone`,
    '  companies: 20 done, 0 failed',
  ])
  const live = lines.slice(1, -4)
  expect(live.length).toBeGreaterThan(1)
  // On a busy machine the queue has no worker at once, and the demo says that the run waits.
  for (const line of live.filter((one) => !one.startsWith('  waits: ')))
    expect(line).toMatch(/^[a-z]+ {2}\d+\/\d+ jobs {2}\d+\/20 companies$/)
  expect(live.at(-1)).toBe(`finished  ${ALL_JOBS}/${ALL_JOBS} jobs  20/20 companies`)
})

test.concurrent('npm run demo -- --json: every line is an event, and their fold is the run', async () => {
  const lines = (await runDemo('--json')).trimEnd().split('\n')
  const events = lines.map((line) => RunEvent.parse(Line.parse(JSON.parse(line))))
  const { status, jobs: byGroup } = events.reduce(fold, unwatched)
  expect(status).toBe('finished')
  const jobs = [...byGroup.values()].flatMap((group) => [...group.values()])
  expect(jobs).toHaveLength(ALL_JOBS)
  expect(new Set(jobs.map((job) => job.status))).toEqual(new Set(['ready']))
  expect(events.at(-1)).toMatchObject({ event: 'status', data: 'finished' })
})
