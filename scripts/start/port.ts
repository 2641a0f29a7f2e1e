import { once } from 'node:events'
import { createServer } from 'node:net'

import { explain } from './failure.ts'
import { startFailure } from './options.ts'

/** Throws a StartFailure that names the setting if nothing can listen on its port. */
export async function checkPort(name: 'PORT' | 'SITES_PORT', port: number): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    const problem = taken ? 'is in use' : `cannot be listened on (${explain(error)})`
    throw startFailure(name, `${port} ${problem}`, error)
  }
  server.close()
  await once(server, 'close')
}
