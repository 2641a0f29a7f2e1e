import { z } from 'zod'

import { postJson } from './post-json.ts'

const Token = z.object({ token: z.string() })

/** A token of the local dev route. */
export async function devToken(origin: string, sub: string): Promise<string> {
  return Token.parse(await postJson(`${origin}/api/dev/token`, { sub })).token
}
