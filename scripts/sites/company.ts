import { pick } from './random.ts'
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
