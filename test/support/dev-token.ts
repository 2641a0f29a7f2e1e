import { z } from 'zod'

import { postJson } from './post-json.ts'

const Token = z.object({ token: z.string() })

/** Takes a token from the local dev route. The token lasts so many seconds, by default an hour. */
export async function devToken(origin: string, sub: string, expires_in = 3_600): Promise<string> {
  return Token.parse(await postJson(`${origin}/api/dev/token`, { sub, expires_in })).token
}
