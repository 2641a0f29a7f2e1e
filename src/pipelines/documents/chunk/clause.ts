/** Ranks the places at which a text may be divided. A text is divided at the highest rank that fits. */
export const RANK = { cut: 0, paragraph: 1, item: 2, clause: 3, article: 4, heading: 5 } as const

export type Rank = (typeof RANK)[keyof typeof RANK]

/** § 5 · Article 3 · Art. 12 · Anlage 1 · Part IV · 7. */
const ARTICLE =
  /^(?:§§? ?\d|(?:article|artikel|art\.|artículo|articolo|artigo|section|sec\.|clause|ziffer|chapter|kapitel|abschnitt|part|teil|schedule|annex|anlage|appendix|exhibit) (?:\d|[ivxlc]+(?![\p{L}\p{N}]))|\d{1,3}\.\s)/iu

/** IV. */
const ROMAN = /^[IVXLC]{1,5}\.\s/

/** 1.1 · 4.2.1. · (2) */
const CLAUSE = /^(?:\d{1,3}(?:\.\d{1,3})+[.)]?\s|\(\d{1,3}[a-z]?\)\s)/u

/** (a) · b) · (iv) · a bullet */
const ITEM = /^(?:\(?[a-z]{1,2}\)\s|\([ivx]{1,5}\)\s|[-*•–]\s)/iu

/** The number of characters at the start of a line that show whether a clause begins. */
const HEAD = 40

/** Returns the rank of a line by its first characters. Undefined if the line begins nothing. */
export function clauseRank(text: string, start: number): Rank | undefined {
  const head = text.slice(start, start + HEAD)
  if (CLAUSE.test(head)) return RANK.clause
  if (ARTICLE.test(head) || ROMAN.test(head)) return RANK.article
  return ITEM.test(head) ? RANK.item : undefined
}

/** The most characters of a line that is a title. */
const TITLE = 90

/** Whether an article's line holds only a title ("§ 5 Notice") and no text of the article. */
export function isTitle(line: string): boolean {
  return line.length <= TITLE && !/[.;:,!?]$/.test(line.replace(/^\S+\.$/, ''))
}
