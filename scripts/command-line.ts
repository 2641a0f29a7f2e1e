import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'

import { explain } from './start/failure.ts'

/** The options and the usage text of a command. The usage begins with the way to call the command. */
type Command<Options> = { readonly usage: string; readonly options: Options }

type Values<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: Options }>
>['values']

type WithArguments<Options extends ParseArgsOptionsConfig> = {
  readonly values: Values<Options>
  readonly positionals: readonly string[]
}

/**
 * Reads this process's options. `--help` prints the usage and exits with 0. An unknown argument exits with
 * 2.
 */
export function readCommandLine<const Options extends ParseArgsOptionsConfig>(
  command: Command<Options>,
): Values<Options> {
  return parse(command, () => parseArgs<{ options: Options }>({ options: command.options }).values)
}

/** Reads options and positional arguments. Otherwise works like `readCommandLine`. */
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

/** Prints why the call is wrong and how to call the command, and exits with 2. */
export function refuse({ usage }: Pick<Command<unknown>, 'usage'>, why: string): never {
  console.error(`${why}\n\n${usage.trimEnd()}`)
  process.exit(2)
}

/** Cuts Node's message after its first sentence. The rest explains arguments that begin with a hyphen. */
function firstSentence(text: string): string {
  return text.replace(/\. .*/, '.')
}
