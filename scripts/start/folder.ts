import { accessSync, constants, existsSync, mkdirSync, opendirSync } from 'node:fs'
import { dirname } from 'node:path'

import { LockHeld, takeLock } from '../lock.ts'
import { explain } from './failure.ts'
import { startFailure } from './options.ts'

/** Makes the data folder if it is missing, and locks it for this process. */
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

/**
 * Makes a folder and its parents. Node's own recursive mkdir never returns if a folder cannot be made, for
 * example under /proc.
 */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  mkdirSync(folder, { mode: 0o700 })
}
