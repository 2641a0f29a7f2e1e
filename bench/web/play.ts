import { once } from 'node:events'
import { createServer } from 'node:http'

import type { Workplace } from '../workplace.ts'
import { type PlayedRun, RUN_ID } from './played-run.ts'

/** Serves a played run over HTTP. Returns the origin. */
export async function play(workplace: Workplace, run: PlayedRun): Promise<string> {
  const server = createServer((request, answer) => {
    const path = new URL(request.url ?? '/', 'http://played').pathname
    if (path === `/api/runs/${RUN_ID}/stream`) {
      answer.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
      answer.on(
        'close',
        run.watch((text) => answer.write(text)),
      )
    } else if (path === `/api/runs/${RUN_ID}`) {
      answer.writeHead(200, { 'content-type': 'application/json' })
      answer.end(JSON.stringify(run.view()))
    } else if (path !== `/api/runs/${RUN_ID}/events`) answer.writeHead(404).end()
    // The poll beside the first stream is left open: the stream has already answered.
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  run.start()
  workplace.atEnd(async () => {
    run.stop()
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return `http://127.0.0.1:${address.port}`
}
