import { parseCursor } from '../../../protocol/cursor.ts'
import type { JobPosition } from '../run-rpc.ts'
import type { Run } from '../run-state.ts'

/** What a watcher asked for (EV-4, EV-5, EV-7): each of these is a variant of the frames. */
export type Wanted = { readonly lean: boolean; readonly detail: boolean; readonly log: boolean }

/**
 * Where a watcher stands. `new`: it has been shown nothing. `back`: it came with a cursor, and has
 * been told nothing on this connection. `at`: it was shown the changes up to `shown` and the jobs
 * that were added up to `listed`. `paging`: it is in the middle of a listing.
 */
export type Place =
  | { readonly kind: 'new' }
  | { readonly kind: 'back'; readonly shown: number }
  | { readonly kind: 'at'; readonly shown: number; readonly listed: number }
  | (Paging & { readonly kind: 'paging' })

/**
 * A listing of all jobs whose entries changed after `since`, in pages that are read one by one as
 * the watcher takes them. It `began` at a seq, and `after` is the last job listed. Of the jobs that
 * it knew before, it was shown the changes up to `shown`.
 */
export type Paging = {
  readonly since: number
  readonly shown: number
  readonly began: number
  readonly after: JobPosition | null
}

/** A place and what is wanted there; whoever stands at an equal one gets the same bytes. */
export type Standing = { readonly key: string; readonly place: Place; readonly wanted: Wanted }

export function standAt(place: Place, wanted: Wanted): Standing {
  return { key: `${variant(wanted)} ${placeKey(place)}`, place, wanted }
}

/** Where a cursor stands in this run; one of another epoch or of the future is as good as none (W-4). */
export function placeOf(run: Run, last_event_id: string | null): Place {
  const cursor = parseCursor(last_event_id)
  if (cursor?.epoch !== run.epoch || cursor.seq > run.seq) return { kind: 'new' }
  return { kind: 'back', shown: cursor.seq }
}

/** The same for who goes on without being greeted again: a poll, or a socket whose object woke. */
export function placeOn(run: Run, cursor: string | null): Place {
  const place = placeOf(run, cursor)
  if (place.kind !== 'back') return place
  return { kind: 'at', shown: place.shown, listed: place.shown }
}

function variant({ lean, detail, log }: Wanted): string {
  return `${lean ? 'l' : ''}${detail ? 'd' : ''}${log ? 'g' : ''}`
}

function placeKey(place: Place): string {
  switch (place.kind) {
    case 'new':
      return 'new'
    case 'back':
      return `back ${place.shown}`
    case 'at':
      return `${place.shown}/${place.listed}`
    case 'paging': {
      const { since, shown, began, after } = place
      return `paging ${since} ${shown} ${began} ${after?.group}.${after?.n}`
    }
  }
}
