import { aborted, type Timely, within } from './deadline.ts'

/** A batch is full at `most` items. A smaller batch waits `wait_ms` milliseconds for further items. */
type Size = { readonly most: number; readonly wait_ms: number; readonly signal: AbortSignal }

const FOREVER_MS = 2 ** 31 - 1

/**
 * Joins the items of a source to batches, so that fewer calls carry them. Throws the signal's reason as soon as
 * the signal aborts, even while the source waits for something.
 */
export async function* inBatches<T>(
  source: AsyncIterable<readonly T[]>,
  { most, wait_ms, signal }: Size,
): AsyncGenerator<readonly T[]> {
  const iterator = source[Symbol.asyncIterator]()
  const stopped = aborted(signal)
  let held: T[] = []
  let next: Promise<IteratorResult<readonly T[]>> | undefined
  try {
    for (;;) {
      next ??= Promise.race([iterator.next(), stopped])
      const came = await within(next, held.length === 0 ? FOREVER_MS : wait_ms)
      if (came.kind === 'came') next = undefined
      held.push(...itemsOf(came))
      if (goesOn(came) && held.length < most) continue
      if (held.length > 0) yield held
      held = []
      if (isOver(came)) return
    }
  } finally {
    // The source may wait for ever, so this does not wait for the source, and ignores its later items and errors.
    if (next === undefined) await iterator.return?.()
    else void Promise.allSettled([next, iterator.return?.()])
  }
}

type Came<T> = Timely<IteratorResult<readonly T[]>>

function itemsOf<T>(came: Came<T>): readonly T[] {
  return came.kind === 'came' && came.value.done !== true ? came.value.value : []
}

function isOver(came: Came<unknown>): boolean {
  return came.kind === 'came' && came.value.done === true
}

function goesOn(came: Came<unknown>): boolean {
  return came.kind === 'came' && came.value.done !== true
}
