import { onTestFinished } from 'vitest'

import { type Script, WatchServer } from './watch-server.ts'

/** A server that does as its script says until the test is over. */
export async function serve(script: Script): Promise<WatchServer> {
  const server = await WatchServer.start(script)
  onTestFinished(() => server.close())
  return server
}
