import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { delimiter, join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

/** The folder of Node 22 and of the tools. npm puts it into PATH; this puts it there without npm. */
const BIN = join(ROOT, 'node_modules/.bin')

export type Outcome = { readonly ok: boolean; readonly output: string; readonly seconds: number }

type Options = {
  /** Prints the tool's output while the tool runs. */
  readonly live?: boolean
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a tool of this project in its root folder. */
export async function runCommand(
  command: readonly string[],
  { live = false, env = {} }: Options = {},
): Promise<Outcome> {
  const [tool = '', ...args] = command
  const started = performance.now()
  const child = spawn(join(BIN, tool), args, {
    cwd: ROOT,
    env: { ...process.env, ...env, PATH: `${BIN}${delimiter}${process.env['PATH'] ?? ''}` },
    stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
  })
  const heard: Buffer[] = []
  for (const output of [child.stdout, child.stderr])
    output?.on('data', (text: Buffer) => heard.push(text))
  const [code]: unknown[] = await once(child, 'close')
  const seconds = (performance.now() - started) / 1_000
  return { ok: code === 0, output: Buffer.concat(heard).toString(), seconds }
}
