import { failureOf } from './reading.ts'

/** A file of which there is no text, and the code that says why. */
export type Unreadable = {
  readonly what: string
  readonly code: string
  readonly name: string
  readonly bytes: () => Uint8Array
}

/** What the person is told to do. */
export const TOLD = /upload|enter|save/i

/** What is said of it, and the processor time that this took. */
export async function refusalOf({ name, bytes }: Pick<Unreadable, 'name' | 'bytes'>) {
  const file = bytes()
  const started = process.cpuUsage()
  const failure = await failureOf(file, name)
  const spent = process.cpuUsage(started)
  const { code, message } = failure ?? {}
  return { code, message, cpu_ms: (spent.user + spent.system) / 1_000 }
}
