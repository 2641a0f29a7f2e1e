import { z } from 'zod'

import { NoToken } from '../src/client/client.ts'
import { parseJson } from './json.ts'

/** The page has no token, and only a person can give one. */
class TokenNeeded extends NoToken {
  constructor() {
    super('The page needs a token to continue.')
    this.name = 'TokenNeeded'
  }
}

const KEY = 'runcast-token'
const DevToken = z.object({ token: z.string() })
const Claims = z.object({ iss: z.string().optional(), sub: z.string() })

/** Why a person has to give a token. */
export type TokenNeed = 'none' | 'missing' | 'refused'

let need: TokenNeed = 'none'
let asking: Promise<string> | undefined
const listeners = new Set<() => void>()

export const tokenNeed = {
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  read: (): TokenNeed => need,
}

/** Returns this tab's token. Under `npm start` the development route makes one. */
export async function heldToken(): Promise<string> {
  return sessionStorage.getItem(KEY) ?? renewedToken()
}

/** Returns a token for a watch. After a token was refused, returns another one. */
export function watchToken(refused?: string): Promise<string> {
  return refused === undefined ? heldToken() : renewedToken()
}

/** Reads the subject from the token. The page does not verify the token; the server does. */
export function tokenSubject(): string | undefined {
  const claims = sessionStorage.getItem(KEY)?.split('.')[1] ?? ''
  const { success, data } = Claims.safeParse(parseJson(decode(claims)))
  return success ? JSON.stringify([data.iss, data.sub]) : undefined
}

/** Replaces the token, which was refused or has expired. */
export async function renewedToken(): Promise<string> {
  asking ??= developmentToken().finally(() => {
    asking = undefined
  })
  return asking
}

export function giveToken(token: string): void {
  sessionStorage.setItem(KEY, token)
  setNeed('none')
}

async function developmentToken(): Promise<string> {
  const held = sessionStorage.getItem(KEY) !== null
  sessionStorage.removeItem(KEY)
  const response = await fetch('/api/dev/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sub: 'you', expires_in: 86_400 }),
  })
  if (response.ok) {
    const { token } = DevToken.parse(await response.json())
    giveToken(token)
    return token
  }
  if (response.status >= 500) throw new Error(`No token: the server answered ${response.status}.`)
  setNeed(held || need === 'refused' ? 'refused' : 'missing')
  throw new TokenNeeded()
}

/** Decodes a part of a JWT as Latin 1. The page only compares subjects, so the encoding does not matter. */
function decode(part: string): string {
  try {
    return atob(part.replaceAll('-', '+').replaceAll('_', '/'))
  } catch {
    return ''
  }
}

function setNeed(next: TokenNeed): void {
  need = next
  for (const listener of listeners) listener()
}
