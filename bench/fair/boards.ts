import { once } from 'node:events'
import { createServer } from 'node:http'

import { z } from 'zod'

const Address = z.object({ port: z.int() })

/** A server of job boards. */
export type Boards = { readonly origin: string; readonly close: () => Promise<void> }

/** Serves boards in Greenhouse's form. The number at the end of a board's name says how many postings it has. */
export async function serveBoards(): Promise<Boards> {
  const server = createServer((request, response) => {
    const [, jobs = '0'] = /boards\/\w+-(\d+)/.exec(request.url ?? '') ?? []
    response.setHeader('content-type', 'application/json')
    response.end(listing(Number(jobs)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = Address.parse(server.address())
  const close = async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  return { origin: `http://127.0.0.1:${port}`, close }
}

function listing(jobs: number): string {
  const postings = Array.from({ length: jobs }, (_, n) => ({
    id: n + 1,
    title: `Engineer ${n}`,
    absolute_url: `https://jobs.example.com/${n}`,
    location: { name: 'Berlin' },
    content: `Posting ${n} of this board.`,
    updated_at: '2026-01-01T00:00:00Z',
  }))
  return JSON.stringify({ jobs: postings, meta: { total: jobs } })
}
