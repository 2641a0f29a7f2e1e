import type { Frame, Sample } from './profile.ts'
import { sum } from './statistics.ts'

type Rule = { readonly part: string; readonly file: RegExp; readonly name?: RegExp }

/** Says which part of the Worker a function belongs to. Other functions belong to the part that called them. */
const rules: readonly Rule[] = [
  { part: 'watchers', file: /^src\/(durable\/run\/watch\/|api\/watch)/ },
  { part: 'blobs', file: /^src\/storage\/blobs\.ts/ },
  { part: 'statement', file: /^src\/db\/|\/@neondatabase\// },
  {
    part: 'extract',
    file: /^src\/pipelines\/(html\/html-events|ingestion\/(extract|text|safe-html|work))\.ts/,
  },
  { part: 'plan', file: /^src\/(queue\/plan|durable\/run\/plans|pipelines\/ingestion\/.*)\.ts/ },
  { part: 'claim', file: /^src\/durable\/run\/(flights|run-object)\.ts/, name: /^claim\d*$/ },
  { part: 'report', file: /^src\/durable\/run\/(flights|run-object)\.ts/, name: /^report\d*$/ },
  { part: 'claim', file: /^src\/queue\/work\.ts/, name: /^consume\d*$/ },
  { part: 'report', file: /^src\/queue\/work\.ts/ },
  {
    part: 'checkpoint',
    file: /^src\/(queue\/checkpoint|durable\/run\/(checkpoints|run-views))\.ts/,
  },
  { part: 'sending messages', file: /^src\/durable\/run\/run-post\.ts/ },
  { part: 'requests', file: /^src\/api\/|\/hono\/|\/jose\// },
]

/** V8's names for the time in which no function of the Worker is on the stack. */
const outside: Readonly<Record<string, string>> = {
  '(idle)': 'idle',
  '(program)': 'native code without a JavaScript caller',
  '(garbage collector)': 'garbage collection',
}

export type PartTime = { readonly part: string; readonly ms: number; readonly share: number }

/** Adds up the time of each part and its share of the time that is not idle, the longest first. */
export function timeByPart(samples: readonly Sample[]): PartTime[] {
  const times = new Map<string, number>()
  for (const { stack, ms } of samples) {
    const part = partOf(stack)
    times.set(part, (times.get(part) ?? 0) + ms)
  }
  times.delete('idle')
  const all = sum([...times.values()])
  return [...times]
    .map(([part, ms]) => ({ part, ms, share: ms / all }))
    .toSorted((a, b) => b.ms - a.ms)
}

/** Finds the part of the innermost function that a rule names. */
function partOf(stack: readonly Frame[]): string {
  const apart = outside[stack[0]?.name ?? '']
  if (apart !== undefined) return apart
  for (const { name, file } of stack) {
    const rule = rules.find((one) => one.file.test(file) && (one.name?.test(name) ?? true))
    if (rule) return rule.part
  }
  return 'other'
}
