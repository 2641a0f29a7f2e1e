import type { z } from 'zod'

import { Problem } from '../src/protocol/problems.ts'
import { heldToken, renewedToken } from './token.ts'

/** An answer that is not a success; `problem` where the body said what was wrong. */
export class RequestError extends Error {
  readonly status: number
  readonly problem: Problem | undefined

  constructor(status: number, problem: Problem | undefined) {
    super(problem?.detail ?? `The server answered with status ${status}.`)
    this.name = 'RequestError'
    this.status = status
    this.problem = problem
  }
}

/** Asks the API with the held token, and once more with a fresh one when that is refused. */
export async function request<T>(
  path: string,
  schema: z.ZodType<T>,
  init: RequestInit = {},
): Promise<T> {
  let response = await send(path, init, await heldToken())
  if (response.status === 401) response = await send(path, init, await renewedToken())
  if (!response.ok) throw new RequestError(response.status, await readProblem(response))
  return schema.parse(await response.json())
}

export function post(body?: unknown): RequestInit {
  if (body === undefined) return { method: 'POST' }
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }
}

async function send(path: string, init: RequestInit, token: string): Promise<Response> {
  const headers = new Headers(init.headers)
  headers.set('authorization', `Bearer ${token}`)
  return fetch(path, { ...init, headers })
}

async function readProblem(response: Response): Promise<Problem | undefined> {
  const text = await response.text()
  if (!(response.headers.get('content-type') ?? '').includes('json')) return undefined
  return Problem.safeParse(parseJson(text)).data
}

/** Undefined where the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
