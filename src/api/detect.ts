import { z } from 'zod'

import { describeError } from '../log.ts'
import { Detection } from '../protocol/detection.ts'
import type { AddRoute } from './contract/add-route.ts'
import { type Contract, jsonBody, ndjson } from './contract/contract.ts'
import { streamLines } from './line-stream.ts'
import type { ApiPorts } from './ports.ts'

const URLS_MAX = 1_000
const COUNT = `give 1 to ${URLS_MAX} addresses`

const detected = {
  tag: 'Companies',
  access: 'owner',
  route: 'POST /api/companies/detect',
  summary: 'Finds the source that fits each address. Writes nothing.',
  description:
    'Each line is a `Detection`, sent as soon as it is known. The order may differ from that of the addresses.',
  body: jsonBody(
    z.strictObject({ urls: z.array(z.string('must be text')).min(1, COUNT).max(URLS_MAX, COUNT) }),
    { urls: ['https://boards.greenhouse.io/acme'] },
  ),
  answers: { 200: ndjson(Detection, 'A line for each address.') },
} as const satisfies Contract

/** The addresses that are looked at side by side. The gate of connections bounds their requests. */
const AT_ONCE = 16

/** Adds the route that finds the sources of addresses. */
export function detectRoutes(add: AddRoute, ports: ApiPorts): void {
  add(detected, async ({ owner, body: { urls } }, c) =>
    streamLines(
      urls,
      (signal) => {
        const detect = ports.detector(signal)
        return async (url): Promise<Detection> => {
          try {
            return await detect(url)
          } catch (error) {
            if (!signal.aborted)
              ports.log('error', 'an address was not looked at', {
                owner,
                error: describeError(error),
              })
            return { url, status: 'failed', reason: INTERNAL }
          }
        }
      },
      { at_once: AT_ONCE, left: c.req.raw.signal },
    ),
  )
}

const INTERNAL = { code: 'internal', message: 'Runcast failed on this address.' }
