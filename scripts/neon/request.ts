import { z } from 'zod'

const Statement = z.object({
  query: z.string(),
  params: z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])).default([]),
})
export type Statement = z.infer<typeof Statement>

/** The body of `POST /sql`: one statement, or several statements of one transaction. */
export const NeonRequest = z.union([z.object({ queries: z.array(Statement) }), Statement])
export type NeonRequest = z.infer<typeof NeonRequest>

const Isolation = z.enum(['ReadUncommitted', 'ReadCommitted', 'RepeatableRead', 'Serializable'])

const Flag = z.enum(['true', 'false']).transform((text) => text === 'true')

const BatchHeaders = z.object({
  'neon-batch-isolation-level': Isolation.optional(),
  'neon-batch-read-only': Flag.optional(),
  'neon-batch-deferrable': Flag.optional(),
})

/** Returns the BEGIN that a batch's headers ask for. */
export function beginStatement(headers: object): string {
  const asked = BatchHeaders.parse(headers)
  const level = asked['neon-batch-isolation-level']?.replace(/(?<=[a-z])(?=[A-Z])/, ' ')
  const words = ['BEGIN']
  if (level !== undefined) words.push(`ISOLATION LEVEL ${level.toUpperCase()}`)
  if (asked['neon-batch-read-only'] === true) words.push('READ ONLY')
  if (asked['neon-batch-deferrable'] === true) words.push('DEFERRABLE')
  return words.join(' ')
}
