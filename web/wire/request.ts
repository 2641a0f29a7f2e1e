import type { z } from 'zod'

import { ApiError } from '../../src/client/client.ts'
import { sharedToken } from './token-need.ts'
import { heldToken, renewedToken } from './token.ts'

/** Sends a request to the API. If the server refuses the token, sends it once more with a new token. */
export async function request<T>(
  path: string,
  schema: z.ZodType<T>,
  init: RequestInit = {},
): Promise<T> {
  return schema.parse(await (await answered(path, init)).json())
}

/**
 * Sends a request as `request` does, for an answer that is not JSON. A shared link has no other token: the answer says what
 * became of the link.
 */
export async function answered(path: string, init: RequestInit = {}): Promise<Response> {
  let response = await send(path, init, await heldToken())
  if (response.status === 401 && sharedToken() === undefined)
    response = await send(path, init, await renewedToken())
  if (!response.ok) throw await ApiError.of(response)
  return response
}

/** Downloads what the API answers, and lets the browser save it under this name. */
export async function download(path: string, name: string): Promise<void> {
  save(await (await answered(path)).blob(), name)
}

/** Lets the browser save a text under this name. */
export function saveText(text: string, name: string): void {
  save(new Blob([text], { type: 'text/plain' }), name)
}

function save(content: Blob, name: string): void {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser reads the address after the click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

export function patch(body: unknown): RequestInit {
  return { ...post(body), method: 'PATCH' }
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
