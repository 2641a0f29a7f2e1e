import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'

import { explain } from './start/failure.ts'

/** What a command takes, and what it says of that. Its usage begins with how it is called. */
type Command<Options> = { readonly usage: string; readonly options: Options }

type Values<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: Options }>
>['values']

/** This process's options. `--help` ends it with the usage, and what the command does not take with 2. */
export function readCommandLine<const Options extends ParseArgsOptionsConfig>(
  command: Command<Options>,
): Values<Options> {
  if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) {
    console.log(command.usage.trimEnd())
    process.exit(0)
  }
  try {
    return parseArgs<{ options: Options }>({ options: command.options }).values
  } catch (error) {
    return refuse(command, firstSentence(explain(error)))
  }
}

/** Ends this process with 2: it was called as it cannot be. */
export function refuse({ usage }: Pick<Command<unknown>, 'usage'>, why: string): never {
  console.error(`${why}\n\n${usage.trimEnd()}`)
  process.exit(2)
}

/** Node goes on to explain how an argument is written that begins with a hyphen. */
function firstSentence(text: string): string {
  return text.replace(/\. .*/, '.')
}
