import type { ServerResponse } from 'node:http'

import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { RuncastProvider, useDocumentProgress } from '../../src/client/react.ts'
import type { JobDetail, RunEvent } from '../../src/protocol/events.ts'
import type { JobStatus } from '../../src/protocol/status.ts'
import { openBrowser, type TestBrowser } from '../support/browser.ts'
import { bundleStage, ReactStage } from '../support/react-stage.ts'
import { streamText } from '../support/scripted-run.ts'
import { type Asked, begin, refuse, WatchServer } from '../support/watch-server.ts'

let chromium: TestBrowser
let script: string
let stage: ReactStage | undefined

beforeAll(async () => {
  script = await bundleStage()
  chromium = await openBrowser()
})
afterAll(() => chromium?.close())
afterEach(async () => {
  const complaints = stage?.errors.splice(0)
  await stage?.close()
  stage = undefined
  if (complaints?.length) throw new Error(`the page complained: ${complaints.join('; ')}`)
})

/** The part of the API's answer that the hook reads. */
type Said = {
  readonly status: JobStatus
  readonly run_id?: string
  readonly indexed_at?: string
} & Partial<JobDetail>

type Tell = (asked: Asked, answer: ServerResponse) => void

/** A server of documents and of their runs. Its streams stay open, and `say` sends more events. */
async function open(documents: Record<string, Said>, other?: Tell) {
  const answers: ServerResponse[] = []
  stage = await ReactStage.open(chromium, script, (asked, answer) => {
    if (asked.transport !== 'other') {
      answers.push(begin(answer))
      const jobs = Object.entries(documents).map(([external_id, { status }]) => ({
        external_id,
        title: external_id,
        status,
      }))
      const listed: RunEvent = { event: 'all_jobs', data: { m: jobs }, id: 'e.1' }
      answer.write(streamText([{ event: 'status', data: 'ingesting' }, listed]))
      return
    }
    if (other) return other(asked, answer)
    const document_id = asked.path.split('/').at(-1) ?? ''
    const said = documents[document_id]
    if (said === undefined) return refuse(answer, 404)
    answer.end(JSON.stringify({ document_id, matter: 'm', run_id: 'r', ...said }))
  })
  const say = (...events: readonly RunEvent[]) => answers.at(-1)?.write(streamText(events))
  return { stage, say, end: () => answers.at(-1)?.end(streamText(END)) }
}

const END: RunEvent[] = [{ event: 'status', data: 'finished', id: 'e.9' }]

function change(id: string, status: JobStatus, detail: Partial<JobDetail> = {}): RunEvent[] {
  return [
    { event: 'update', data: { m: { [id]: status } } },
    { event: 'detail', data: { m: { [id]: { attempt: 1, ...detail } } }, id: 'e.2' },
  ]
}

const LOCKED = { code: 'encrypted', message: 'Enter its password.' }

/** The number of requests for a document. */
const questions = ({ server }: ReactStage) =>
  server.asked.filter(({ path }) => path.startsWith('/api/documents/')).length

describe('useDocumentProgress', () => {
  it('gives each step, percent and message, for all documents of a run over one connection', async () => {
    const { stage: page, say } = await open({ a: { status: 'pending' }, b: { status: 'pending' } })
    await page.show({ documents: ['a', 'b'] })
    await page.reads('b', 'pending||0||')
    await page.server.until(() => page.watches.length > 0)
    say(...change('a', 'extracting', { progress: 37, message: 'Page 12 of 32' }))
    await page.reads('a', 'extracting|extracting|37|Page 12 of 32|')
    await page.renders()
    say(...change('a', 'ready'))
    await page.reads('a', 'ready||100||')
    expect(await page.renders()).toEqual({ a: 1 })
    expect(page.watches.map(({ path }) => path)).toEqual(['/api/runs/r/stream'])
    expect(page.watches[0]?.query.get('with')).toBe('detail')
  })

  it('shows a late component the document as the API answered, before its run has brought anything', async () => {
    const half = { progress: 50, message: 'Passage 9 of 18' }
    const { stage: page } = await open({ a: { status: 'embedding', ...half } }, (_, answer) =>
      answer.end(
        JSON.stringify({
          document_id: 'a',
          matter: 'x',
          run_id: 'r',
          status: 'embedding',
          ...half,
        }),
      ),
    )
    await page.show({ documents: ['a'] })
    await page.reads('a', 'embedding|embedding|50|Passage 9 of 18|')
    expect(questions(page)).toBe(1)
  })

  it('opens no connection for documents that have ended, and gives the reason of a failure', async () => {
    const { stage: page } = await open({
      a: { status: 'failed', error: LOCKED },
      b: { status: 'ready' },
    })
    await page.show({ documents: ['a', 'b'] })
    await page.reads('a', 'failed||0||Enter its password.')
    await page.reads('b', 'ready||100||')
    expect(page.watches).toEqual([])
  })

  it('shows a document that was indexed before as ready, even if a later job of it fails', async () => {
    const { stage: page, say } = await open({
      a: { status: 'embedding', indexed_at: '2026-01-02T03:04:05.678Z' },
      b: { status: 'embedding' },
    })
    await page.show({ documents: ['a', 'b'] })
    await page.server.until(() => page.watches.length > 0)
    say(...change('a', 'failed', { error: LOCKED }), ...change('b', 'failed', { error: LOCKED }))
    await page.reads('b', 'failed||0||Enter its password.')
    await page.reads('a', 'ready||100||')
    expect(questions(page)).toBe(2)
  })

  it('follows the round that a retry begins in the same run (RUN-1)', async () => {
    const documents: Record<string, Said> = { a: { status: 'pending' } }
    const { stage: page, say, end } = await open(documents)
    await page.show({ documents: ['a'], strict: true })
    await page.server.until(() => page.watches.length > 0)
    say(...change('a', 'failed', { error: LOCKED }))
    end()
    await page.reads('a', 'failed||0||Enter its password.')
    await page.server.until(() => page.server.open === 0)
    documents['a'] = { status: 'extracting' }
    await page.page.locator('#again-a').click()
    await page.server.until(() => page.watches.length === 2)
    say(...change('a', 'ready'))
    await page.reads('a', 'ready||100||')
    expect(page.watches).toHaveLength(2)
  })

  it('follows another run when that run reads the document again', async () => {
    const documents: Record<string, Said> = { a: { status: 'failed', error: LOCKED } }
    const { stage: page, say } = await open(documents)
    await page.show({ documents: ['a'] })
    await page.reads('a', 'failed||0||Enter its password.')
    documents['a'] = { status: 'pending', run_id: 'other' }
    await page.page.locator('#again-a').click()
    await page.server.until(() => page.watches.length > 0)
    say(...change('a', 'ready'))
    await page.reads('a', 'ready||100||')
    expect(page.watches.map(({ path }) => path)).toEqual(['/api/runs/other/stream'])
  })

  it('leaves no timer and no connection when it is unmounted in mid-stream, in StrictMode too', async () => {
    const { stage: page } = await open({ a: { status: 'extracting', progress: 5 } })
    await page.show({ documents: ['a'], strict: true })
    await page.server.until(() => page.watches.length > 0)
    await page.reads('a', 'extracting|extracting|0||')
    await page.clear()
    await page.server.until(() => page.server.open === 0)
    await page.isStill()
    expect(page.watches).toHaveLength(1)
  })

  it('shows that the document does not exist, and does not request it again', async () => {
    const { stage: page } = await open({})
    await page.show({ documents: ['nobody'] })
    await page.reads('nobody', 'pending||0||It is not to be.')
    await page.isStill()
    expect(questions(page)).toBe(1)
  })

  it('requests it again after a pause if a failure may pass, and leaves no timer when it is unmounted before', async () => {
    const { stage: page } = await open({}, (_, answer) => refuse(answer, 503))
    await page.show({ documents: ['a'] })
    await page.reads('a', 'pending||0||It is not to be.')
    await page.page.waitForFunction('timers() === 1')
    await page.clear()
    await page.isStill()
    expect(questions(page)).toBe(1)
  })
})

function Shown() {
  return JSON.stringify(useDocumentProgress('a'))
}

it('on a server a document is pending, and no request is made', async () => {
  const server = await WatchServer.start({ http: (_asked, answer) => answer.end() })
  const { origin } = server
  const page = createElement(RuncastProvider, { origin, token: 't' }, createElement(Shown))
  expect(renderToString(page).replaceAll('&quot;', '"')).toBe('{"status":"pending","progress":0}')
  await new Promise(setImmediate)
  expect(server.asked).toEqual([])
  await server.close()
})
