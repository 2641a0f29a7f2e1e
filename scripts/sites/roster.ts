import { chance } from './random.ts'
import type { SiteSettings } from './settings.ts'

/** A listed posting, and the visit that last changed it. */
export type Listed = { readonly number: number; readonly revision: number }

type Settings = Pick<SiteSettings, 'seed' | 'postings' | 'churn'>

/**
 * Returns the postings that a board lists at a visit. From each visit to the next a share of the postings
 * goes, a share of the rest changes, and new ones are added at the end. The seed decides which ones.
 */
export function rosterAt(settings: Settings, board: number, visit: number): readonly Listed[] {
  let listed: Listed[] = []
  let last = 0
  const add = (count: number, revision: number) => {
    for (let added = 0; added < count; added++) listed.push({ number: ++last, revision })
  }
  add(settings.postings, 1)
  for (let at = 2; at <= visit; at++) {
    const before = listed.length
    listed = age(settings, listed, { board, visit: at })
    add(Math.round(before * settings.churn.new), at)
  }
  return listed
}

function age(settings: Settings, listed: Listed[], at: { board: number; visit: number }): Listed[] {
  const { seed, churn } = settings
  const drawn = listed
    .map(({ number }) => ({ number, lot: chance(seed, at.board, number, at.visit, 'lot') }))
    .toSorted((a, b) => a.lot - b.lot)
    .map(({ number }) => number)
  const gone = Math.round(listed.length * churn.gone)
  const leaving = new Set(drawn.slice(0, gone))
  const changing = new Set(drawn.slice(gone, gone + Math.round(listed.length * churn.changed)))
  return listed
    .filter(({ number }) => !leaving.has(number))
    .map((item) => (changing.has(item.number) ? { ...item, revision: at.visit } : item))
}
