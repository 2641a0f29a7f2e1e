import type { z } from 'zod'

import { ApiError } from '../src/client/client.ts'
import { heldToken, renewedToken } from './token.ts'

/** Sends a request to the API. If the server refuses the token, sends it once more with a new token. */
export async function request<T>(
  path: string,
  schema: z.ZodType<T>,
  init: RequestInit = {},
): Promise<T> {
  let response = await send(path, init, await heldToken())
  if (response.status === 401) response = await send(path, init, await renewedToken())
  if (!response.ok) throw await ApiError.of(response)
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
