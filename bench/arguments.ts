import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'

import { z } from 'zod'

import { BenchFailure } from './failure.ts'

type Known<T> = {
  readonly usage: string
  readonly options: ParseArgsOptionsConfig
  readonly schema: z.ZodType<T>
}

/** A number that an option takes. */
export const count = z.coerce.number<string>().int().positive()

/** Reads this process's command line. Throws a BenchFailure that says what there is. */
export function readArguments<T>({ usage, options, schema }: Known<T>): T {
  try {
    return schema.parse(parseArgs({ options }).values)
  } catch (error) {
    const text = error instanceof z.ZodError ? z.prettifyError(error) : String(error)
    throw new BenchFailure(`${text}\n\n${usage}`, { cause: error })
  }
}
