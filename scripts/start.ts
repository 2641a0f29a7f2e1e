import { Ending } from './start/ending.ts'
import { explain } from './start/failure.ts'
import { readOptions } from './start/options.ts'
import { Stack } from './start/stack.ts'

function report(line: string): void {
  console.error(`runcast: ${line}`)
}

async function start(): Promise<void> {
  const options = readOptions(process.env)
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
