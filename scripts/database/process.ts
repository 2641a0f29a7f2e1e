import { dirname } from 'node:path'
import { setFlagsFromString } from 'node:v8'

import { PGLiteSocketServer } from '@electric-sql/pglite-socket'

import { takeLock } from '../lock.ts'
import { endWithParent, tellParent } from '../parent.ts'
import { openFolder } from './folder.ts'

// The most milliseconds that an earlier database process needs to end after its parent was killed.
const PREDECESSOR_MS = 10_000

// Delays V8's optimizing compiler for WebAssembly. Most databases here do too little work to be worth
// the compilation of Postgres; one that works for long still gets it.
setFlagsFromString('--wasm-tiering-budget=1000000000')
process.title = 'runcast-database'
const [folder = '', port = '0'] = process.argv.slice(2)

endWithParent(() => process.exit(0))
await takeLock(dirname(folder), 'database', PREDECESSOR_MS)
const database = await openFolder(folder)
const server = new PGLiteSocketServer({ db: database, port: Number(port), maxConnections: 20 })
await server.start()
tellParent({ ready: server.getServerConn() })

process.once('SIGTERM', () => {
  void server
    .stop()
    .then(() => database.close())
    .finally(() => process.exit(0))
})
