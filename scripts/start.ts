import { explain } from './start/failure.ts'
import { readOptions } from './start/options.ts'
import { Stack } from './start/stack.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

function report(line: string): void {
  console.error(`runcast: ${line}`)
}

/** The first signal ends everything in good order; a second one ends this process at once. */
function endOnSignal(stack: Stack): AbortSignal {
  const ending = new AbortController()
  const end = () => {
    if (ending.signal.aborted) process.exit(1)
    ending.abort()
    void stack.close().finally(() => process.exit(0))
  }
  for (const signal of SIGNALS) process.on(signal, end)
  return ending.signal
}

async function start(): Promise<void> {
  const options = readOptions(process.env)
  const stack = new Stack(options, report)
  const ending = endOnSignal(stack)
  try {
    const { api, sites } = await stack.start()
    console.log(`Runcast is ready.
  page    ${api}/
  health  ${api}/api/health
  sites   ${sites}/
  data    ${options.data}
End it with ^C.`)
  } catch (error) {
    // Ended while starting: that is no failure, and the signal's own end goes on.
    if (!ending.aborted) throw error
  }
}

try {
  await start()
} catch (error) {
  report(explain(error))
  process.exit(1)
}
