import { onTestFinished } from 'vitest'

import { type Script, WatchServer } from './watch-server.ts'

/** Starts a server that follows its script until the test is over. */
export async function serve(script: Script): Promise<WatchServer> {
  const server = await WatchServer.start(script)
  onTestFinished(() => server.close())
  return server
}
