import { aborted, type Timely, within } from './deadline.ts'

/**
 * A batch is full at `most` items. It waits `wait_ms` milliseconds for further items; a full batch waits three times as
 * long for the end of its source, so that the last batch is known to be the last. A source ends with a statement.
 */
type Size = { readonly most: number; readonly wait_ms: number; readonly signal: AbortSignal }

export type ItemBatch<T> = {
  readonly items: readonly T[]
  /** The source has ended after these items. A source may also end without this being known in time. */
  readonly isLast: boolean
}

const FOREVER_MS = 2 ** 31 - 1

/**
 * Joins the items of a source to batches, so that fewer calls carry them. Throws the signal's reason as soon as
 * the signal aborts, even while the source waits for something.
 */
export async function* inBatches<T>(
  source: AsyncIterable<readonly T[]>,
  { most, wait_ms, signal }: Size,
): AsyncGenerator<ItemBatch<T>> {
  const iterator = source[Symbol.asyncIterator]()
  const stopped = aborted(signal)
  let held: T[] = []
  let next: Promise<IteratorResult<readonly T[]>> | undefined
  try {
    for (;;) {
      next ??= Promise.race([iterator.next(), stopped])
      const came = await within(next, waitFor(held.length, { most, wait_ms }))
      if (came.kind === 'came') next = undefined
      const isLast = isOver(came)
      if (held.length > 0 && endsBatch(came, held.length >= most)) {
        yield { items: held, isLast }
        held = []
      }
      if (isLast) return
      held.push(...itemsOf(came))
    }
  } finally {
    // The source may wait for ever, so this does not wait for the source, and ignores its later items and errors.
    if (next === undefined) await iterator.return?.()
    else void Promise.allSettled([next, iterator.return?.()])
  }
}

function waitFor(held: number, { most, wait_ms }: Omit<Size, 'signal'>): number {
  if (held === 0) return FOREVER_MS
  return held >= most ? 3 * wait_ms : wait_ms
}

type Came<T> = Timely<IteratorResult<readonly T[]>>

function itemsOf<T>(came: Came<T>): readonly T[] {
  return came.kind === 'came' && came.value.done !== true ? came.value.value : []
}

/** Whether a batch goes on its way: it has waited long enough, is the last, or is full and others follow. */
function endsBatch(came: Came<unknown>, isFull: boolean): boolean {
  return came.kind === 'late' || isOver(came) || (isFull && itemsOf(came).length > 0)
}

function isOver(came: Came<unknown>): boolean {
  return came.kind === 'came' && came.value.done === true
}
