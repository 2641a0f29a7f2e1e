import { z } from 'zod'

import { type ApiError, NoToken } from '../../src/client/client.ts'
import { parseJson } from './json.ts'
import { forgetToken, giveToken, keptToken, setNeed, sharedToken, tokenNeed } from './token-need.ts'

/** The page has no token, and only a person can give one. */
class TokenNeeded extends NoToken {
  constructor() {
    super('The page needs a token to continue.')
    this.name = 'TokenNeeded'
  }
}

/** The link of a shared run works no more, for the reason that the server gave. */
class LinkOver extends NoToken {
  constructor(cause: ApiError | undefined) {
    super(`${whyOver(cause)} Ask for another link.`, { cause })
    this.name = 'LinkOver'
  }
}

function whyOver({ problem }: Partial<ApiError> = {}): string {
  if (problem?.type === '/problems/token-expired') return 'This link has expired.'
  return `This link does not work any more. ${problem?.detail ?? ''}`.trim()
}

const DevToken = z.object({ token: z.string() })
const Claims = z.object({
  iss: z.string().optional(),
  sub: z.string(),
  exp: z.number().optional(),
})

let asking: Promise<string> | undefined

/** Returns this tab's token. Under `npm start` the development route makes one. */
export async function heldToken(): Promise<string> {
  return keptToken() ?? renewedToken()
}

/** Returns a token for a watch. After a token was refused, returns another one. */
export async function watchToken(refused?: string, error?: ApiError): Promise<string> {
  if (refused === undefined) return heldToken()
  if (sharedToken() !== undefined) throw new LinkOver(error)
  return renewedToken()
}

/** Reads the subject from the token, with its issuer. The page does not verify the token; the server does. */
export function tokenSubject(): string | undefined {
  const claims = heldClaims()
  return claims && JSON.stringify([claims.iss, claims.sub])
}

/** The subject as a person reads it. */
export function subjectName(): string | undefined {
  return heldClaims()?.sub
}

/** When the token expires, in ISO 8601. */
export function tokenEnd(): string | undefined {
  const exp = heldClaims()?.exp
  const end = new Date((exp ?? Number.NaN) * 1_000)
  return Number.isNaN(end.getTime()) ? undefined : end.toISOString()
}

function heldClaims() {
  const claims = keptToken()?.split('.')[1] ?? ''
  return Claims.safeParse(parseJson(decode(claims))).data
}

/** Replaces the token, which was refused or has expired. */
export async function renewedToken(): Promise<string> {
  asking ??= developmentToken().finally(() => {
    asking = undefined
  })
  return asking
}

async function developmentToken(): Promise<string> {
  const held = keptToken() !== null
  forgetToken()
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
  setNeed(held || tokenNeed.read() === 'refused' ? 'refused' : 'missing')
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
