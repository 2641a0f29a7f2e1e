import { z } from 'zod'

import type { Gate } from '../gate.ts'
import type { AnswerStore, KeptHead } from '../pipelines/answer-store.ts'
import { PartedObject } from './parted-object.ts'

/** Keeps the last answers of public listings in R2, each under its address. Calls pass the gate. */
export function openAnswers(bucket: R2Bucket, gate: Gate): AnswerStore {
  return {
    async find(key) {
      const object = await gate(() => bucket.head(nameOf(key)))
      return Head.safeParse(object?.customMetadata).data
    },
    async open(key, { version }) {
      const object = await gate(() => bucket.get(nameOf(key)))
      const isSame = object?.customMetadata?.['version'] === version
      if (isSame) return object.body
      await object?.body.cancel()
      return undefined
    },
    remove: (key) => gate(() => bucket.delete(nameOf(key))),
    keep(key, head) {
      const object = new PartedObject(bucket, nameOf(key), { customMetadata: written(head) })
      return {
        write: (piece) => gate(() => object.write(piece)),
        end: () => gate(() => object.end()),
        abort: () => gate(() => object.abort()),
      }
    },
  }
}

function nameOf(key: string): string {
  return `answers/${key}`
}

/** R2 keeps a text under each name. */
const Head = z.object({
  version: z.string(),
  url: z.string(),
  type: z.string().nullable().default(null),
  etag: z.string().nullable().default(null),
  last_modified: z.string().nullable().default(null),
  at: z.coerce.number(),
})

function written(head: KeptHead): Record<string, string> {
  return Object.fromEntries(
    Object.entries(head).flatMap(([name, value]) =>
      value === null ? [] : [[name, String(value)]],
    ),
  )
}
