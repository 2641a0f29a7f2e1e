import type { Json } from '../protocol/json.ts'

/** In characters of JSON text: an isolate has 128 MB for all its work. */
const MOST_CHARACTERS = 8 * 1024 * 1024
const KEPT_MS = 60_000

type Kept = { readonly value: Json; readonly size: number; readonly until: number }

/**
 * What one consumer of this isolate puts aside for the next: mostly both are the same isolate's,
 * and nothing has to be fetched and parsed. It is taken by its first reader, and what finds no
 * room, or waits too long, is read from where it stands. Losing all of it loses nothing.
 */
export class HandOver {
  private readonly kept = new Map<string, Kept>()
  private size = 0

  offer(key: string, value: Json, { size, now }: { size: number; now: number }): void {
    this.dropOld(now)
    this.take(key, now)
    if (this.size + size > MOST_CHARACTERS) return
    this.kept.set(key, { value, size, until: now + KEPT_MS })
    this.size += size
  }

  take(key: string, now: number): Json | undefined {
    const found = this.kept.get(key)
    if (found === undefined) return undefined
    this.kept.delete(key)
    this.size -= found.size
    return found.until < now ? undefined : found.value
  }

  /** The oldest stand first. */
  private dropOld(now: number): void {
    for (const [key, { until }] of this.kept) {
      if (until >= now) return
      this.take(key, now)
    }
  }
}
