import { processorMs } from '../processor-time.ts'
import { failureOf } from './reading.ts'

/** A file without readable text, and the code of its failure. */
export type Unreadable = {
  readonly what: string
  readonly code: string
  readonly name: string
  readonly bytes: () => Uint8Array
}

/** Every failure's message tells the person to do one of these. */
export const TOLD = /upload|enter|save/i

/** Reads a file that must fail. Returns the failure and the processor time of the reading, as `processorMs` counts it. */
export async function refusalOf({ name, bytes }: Pick<Unreadable, 'name' | 'bytes'>) {
  const file = bytes()
  let failure: Awaited<ReturnType<typeof failureOf>>
  const cpu_ms = await processorMs(async () => {
    failure = await failureOf(file, name)
  })
  return { code: failure?.code, message: failure?.message, cpu_ms }
}
