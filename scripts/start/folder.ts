import { accessSync, constants, mkdirSync } from 'node:fs'

import { LockHeld, takeLock } from '../lock.ts'
import { explain } from './failure.ts'
import { startFailure } from './options.ts'

/** Makes the data folder where it is missing, and takes it for this process alone. */
export async function takeFolder(folder: string): Promise<void> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
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
