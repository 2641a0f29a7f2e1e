import { describe, expect, it } from 'vitest'

import { clientOf, send, startRun } from '../api-client.ts'

/** Reads a stream's text until it contains `word`, or to its end. */
async function readUntil(reader: ReadableStreamDefaultReader<string>, word: string) {
  let text = ''
  while (!text.includes(word)) {
    const { done, value } = await reader.read()
    if (done) break
    text += value
  }
  return text
}

function open(response: Response): ReadableStreamDefaultReader<string> {
  if (response.body === null) throw new Error('the answer has no body')
  return response.body.pipeThrough(new TextDecoderStream()).getReader()
}

describe('a stream through the Worker', () => {
  it.each(['/api/runs/:id/stream', '/api/ingestion/progress/:id'])(
    'W-8: %s shows the run to its end, with a token in the query',
    async (route) => {
      const alice = await clientOf('alice')
      const { run_id } = await startRun(alice)
      const response = await send(`${route.replace(':id', run_id)}?token=${alice.token}`)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('text/event-stream')
      expect(response.headers.get('cache-control')).toBe('no-cache, no-transform')
      const reader = open(response)
      expect(await readUntil(reader, 'event: status')).toContain('retry: ')
      await alice.post(`/api/runs/${run_id}/abort`)
      const rest = await readUntil(reader, 'there is no such word')
      expect(rest).toMatch(/event: status\ndata: aborted\nid: [0-9a-z]+\.\d+\n\n$/)
    },
  )

  it('W-4: a watcher that has seen the end gets 204', async () => {
    const alice = await clientOf('alice')
    const { run_id } = await startRun(alice)
    await alice.post(`/api/runs/${run_id}/abort`)
    const path = `/api/runs/${run_id}/stream`
    const whole = await (await alice.get(path)).text()
    const id = /\nid: (\S+)\n\n$/.exec(whole)?.[1] ?? ''
    expect((await alice.get(path, { 'last-event-id': id })).status).toBe(204)
    expect((await alice.get(`${path}?cursor=${id}`)).status).toBe(204)
  })

  it('W-4: a Last-Event-ID of 12 KB gets the full state', async () => {
    const alice = await clientOf('alice')
    const { run_id } = await startRun(alice)
    await alice.post(`/api/runs/${run_id}/abort`)
    const headers = { 'last-event-id': 'x'.repeat(12_288) }
    const whole = await (await alice.get(`/api/runs/${run_id}/stream`, headers)).text()
    expect(whole).toContain('event: all_jobs')
  })
})
