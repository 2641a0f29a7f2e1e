import type { ParseArgsOptionsConfig } from 'node:util'

import { z } from 'zod'

import { readCommandLine, refuse } from '../scripts/command-line.ts'

type Known<T> = {
  readonly usage: string
  readonly options: ParseArgsOptionsConfig
  readonly schema: z.ZodType<T>
}

/** An option whose value is a positive number. */
export const count = z.coerce.number<string>().int().positive()

/** Reads this process's command line. An unknown option or a wrong value exits with 2. */
export function readArguments<T>({ usage, options, schema }: Known<T>): T {
  const { data, error } = schema.safeParse(readCommandLine({ usage, options }))
  return error ? refuse({ usage }, z.prettifyError(error)) : data
}
