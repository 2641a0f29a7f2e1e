import type { Company, Source } from '../../src/protocol/company.ts'
import type { Kind } from './kind.ts'
import { pick } from './random.ts'
import type { SiteSettings } from './settings.ts'
import { COMPANY_FIRST, COMPANY_LAST } from './words.ts'

/** Returns the name of a board. The first board has the number 1. */
export function boardName(board: number): string {
  return `company-${board}`
}

/** Returns the number of `company-<n>`, or undefined for any other name. */
export function boardNumber(name: string): number | undefined {
  const match = /^company-([1-9][0-9]{0,5})$/.exec(name)
  return match ? Number(match[1]) : undefined
}

export function companyName(seed: number, board: number): string {
  const first = pick(COMPANY_FIRST, seed, board, 'first')
  return `${first} ${pick(COMPANY_LAST, seed, board, 'last')} ${board}`
}

type Wire = Omit<Company, 'slug'> & { readonly slug: string }

/** A company in the form that the input of an ingestion has. */
export function sampleCompany(
  { seed, kinds }: Pick<SiteSettings, 'seed' | 'kinds'>,
  board: number,
  origin: string,
): Wire {
  const slug = boardName(board)
  const kind = kinds[(board - 1) % kinds.length] ?? 'greenhouse'
  const turn = Math.floor((board - 1) / kinds.length)
  return { slug, name: companyName(seed, board), source: sourceOf(kind, slug, { turn, origin }) }
}

/** Names a company's own site by its sitemap and by its listing page, in turn. */
function sourceOf(kind: Kind, board: string, at: { turn: number; origin: string }): Source {
  if (kind !== 'site') return { type: kind, board, base_url: at.origin }
  const path = at.turn % 2 === 0 ? 'sitemap.xml' : 'careers'
  return { type: 'site', url: `${at.origin}/sites/${board}/${path}` }
}
