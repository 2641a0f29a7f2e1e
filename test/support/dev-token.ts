import { z } from 'zod'

import { postJson } from './post-json.ts'

const Token = z.object({ token: z.string() })

/** A token of the local dev route, which lasts so many seconds, or an hour. */
export async function devToken(origin: string, sub: string, expires_in = 3_600): Promise<string> {
  return Token.parse(await postJson(`${origin}/api/dev/token`, { sub, expires_in })).token
}
