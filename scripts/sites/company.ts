import type { Company } from '../../src/protocol/company.ts'
import { pick } from './random.ts'
import { COMPANY_FIRST, COMPANY_LAST } from './words.ts'

/** A board's name by its number, from 1. */
function boardName(board: number): string {
  return `company-${board}`
}

/** The number of `company-<n>`; undefined for any other name. */
export function boardNumber(name: string): number | undefined {
  const match = /^company-([1-9][0-9]{0,5})$/.exec(name)
  return match ? Number(match[1]) : undefined
}

export function companyName(seed: number, board: number): string {
  const first = pick(COMPANY_FIRST, seed, board, 'first')
  return `${first} ${pick(COMPANY_LAST, seed, board, 'last')} ${board}`
}

/** The company as an ingestion's input has it. */
export function sampleCompany(seed: number, board: number, origin: string): Wire {
  const name = boardName(board)
  return {
    slug: name,
    name: companyName(seed, board),
    source: { type: 'greenhouse', board: name, base_url: origin },
  }
}

type Wire = Omit<Company, 'slug'> & { readonly slug: string }
