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

/** Reads a file that must fail. Returns the failure and the processor time of the reading. */
export async function refusalOf({ name, bytes }: Pick<Unreadable, 'name' | 'bytes'>) {
  const file = bytes()
  const started = process.cpuUsage()
  const failure = await failureOf(file, name)
  const spent = process.cpuUsage(started)
  const { code, message } = failure ?? {}
  return { code, message, cpu_ms: (spent.user + spent.system) / 1_000 }
}
