import { z } from 'zod'

import { parseJson } from '../wire/json.ts'

/** A view of the postings that a person named: the query of its address. This browser keeps it. */
const KeptView = z.object({ name: z.string(), query: z.string() })
export type KeptView = z.infer<typeof KeptView>

const VIEWS = 'runcast-posting-views'
const MOST = 50

export function keptViews(): readonly KeptView[] {
  const { data } = z.array(KeptView).safeParse(parseJson(localStorage.getItem(VIEWS) ?? '[]'))
  return data ?? []
}

/** Keeps a view. A view of the same name is replaced. */
export function keepView(view: KeptView): void {
  store([view, ...without(view.name)].slice(0, MOST))
}

export function forgetView(name: string): void {
  store(without(name))
}

function without(name: string): readonly KeptView[] {
  return keptViews().filter((view) => view.name !== name)
}

function store(views: readonly KeptView[]): void {
  localStorage.setItem(VIEWS, JSON.stringify(views))
}

/** When a person looked at the postings: now, and the time before that. Times are ms since 1970. */
const Looks = z.object({ latest: z.number(), before: z.number().optional() })
type Looks = z.infer<typeof Looks>

const LOOKS = 'runcast-postings-looked'

/** A person who comes back sooner is still at the same look. */
const SAME_LOOK_MS = 30 * 60_000

/** Takes a look into account: pure, so that `now` is given. */
export function nextLooks(known: Looks | undefined, now: number): Looks {
  if (known === undefined) return { latest: now }
  if (now - known.latest < SAME_LOOK_MS) return { ...known, latest: now }
  return { latest: now, before: known.latest }
}

/** When the look before this one ended. Undefined: this browser knows of none. */
export function lookBefore(now: number): number | undefined {
  return looksAt(now).before
}

/** Keeps that a person looks at the postings now. */
export function keepLook(now: number): void {
  localStorage.setItem(LOOKS, JSON.stringify(looksAt(now)))
}

function looksAt(now: number): Looks {
  const known = Looks.safeParse(parseJson(localStorage.getItem(LOOKS) ?? 'null')).data
  return nextLooks(known, now)
}
