import { accessSync, constants, existsSync, mkdirSync, opendirSync } from 'node:fs'
import { dirname } from 'node:path'

import { LockHeld, takeLock } from '../lock.ts'
import { explain } from './failure.ts'
import { startFailure } from './options.ts'

/** Makes the data folder where it is missing, and takes it for this process alone. */
export async function takeFolder(folder: string): Promise<void> {
  try {
    makeFolder(folder)
    opendirSync(folder).closeSync()
    accessSync(folder, constants.W_OK)
    await takeLock(folder, 'start')
  } catch (error) {
    const problem =
      error instanceof LockHeld
        ? `${folder} is in use by another npm start`
        : `${folder} cannot be written to (${explain(error)})`
    throw startFailure('RUNCAST_DATA', problem, error)
  }
}

/** Node's own recursive mkdir never ends where a folder cannot be made, as under /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  mkdirSync(folder, { mode: 0o700 })
}
