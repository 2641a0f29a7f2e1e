import { Ending } from './start/ending.ts'
import { explain } from './start/failure.ts'
import { readOptions } from './start/options.ts'

function report(line: string): void {
  console.error(`runcast: ${line}`)
}

async function start(): Promise<void> {
  const options = readOptions(process.env)
  // A bad setting is told at once: loading all that is started takes longer than reading it.
  const { Stack } = await import('./start/stack.ts')
  const stack = new Stack(options, report)
  const ending = new Ending(() => stack.close())
  try {
    const { api, sites } = await stack.start()
    console.log(`Runcast is ready.
  page    ${api}/
  health  ${api}/api/health
  sites   ${sites}/
  data    ${options.data}
End it with ^C.`)
  } catch (error) {
    if (!ending.begun) throw error
  }
}

try {
  await start()
} catch (error) {
  report(explain(error))
  process.exit(1)
}
