import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'

import { explain } from './start/failure.ts'

/** The options that a command takes, and its usage, which begins with how the command is called. */
type Command<Options> = { readonly usage: string; readonly options: Options }

type Values<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: Options }>
>['values']

type WithArguments<Options extends ParseArgsOptionsConfig> = {
  readonly values: Values<Options>
  readonly positionals: readonly string[]
}

/**
 * Reads this process's options. `--help` prints the usage and ends the process with 0; an argument that
 * the command does not take ends it with 2.
 */
export function readCommandLine<const Options extends ParseArgsOptionsConfig>(
  command: Command<Options>,
): Values<Options> {
  return parse(command, () => parseArgs<{ options: Options }>({ options: command.options }).values)
}

/** The same for a command that takes more than options. */
export function readArguments<const Options extends ParseArgsOptionsConfig>(
  command: Command<Options>,
): WithArguments<Options> {
  const { options } = command
  return parse(command, () =>
    parseArgs<{ options: Options; allowPositionals: true }>({ options, allowPositionals: true }),
  )
}

function parse<T>(command: Pick<Command<unknown>, 'usage'>, read: () => T): T {
  if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) {
    console.log(command.usage.trimEnd())
    process.exit(0)
  }
  try {
    return read()
  } catch (error) {
    return refuse(command, firstSentence(explain(error)))
  }
}

/** Says why the call is wrong and how to call, and ends this process with 2. */
export function refuse({ usage }: Pick<Command<unknown>, 'usage'>, why: string): never {
  console.error(`${why}\n\n${usage.trimEnd()}`)
  process.exit(2)
}

/** Node's message goes on to explain how to write an argument that begins with a hyphen. */
function firstSentence(text: string): string {
  return text.replace(/\. .*/, '.')
}
