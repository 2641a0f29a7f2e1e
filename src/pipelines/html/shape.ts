import { Parser } from 'htmlparser2'

const MAX_CHARS = 2_000_000
const MAX_ELEMENTS = 20_000
/** Texts, comments and the like: a text is cut at each `<` and `&`, whether or not anything begins there. */
const MAX_LEAVES = 60_000
/** Of one element: the libraries look through all of them for each. */
const MAX_ATTRIBUTES = 200
const MAX_DEPTH = 300
/** All elements' depths together: what walking up from each of them costs. */
const MAX_STEPS = 400_000

/** Whether a page is one that a whole document of it can be made of, and walked in all directions. */
export function isModest(html: string): boolean {
  if (html.length > MAX_CHARS || countOf(html, '&') > MAX_LEAVES) return false
  let elements = 0
  let attributes = 0
  let leaves = 0
  let depth = 0
  let steps = 0
  let modest = true
  const expect = (fits: boolean): void => {
    modest &&= fits
    if (!modest) parser.pause()
  }
  const leaf = (): void => expect(++leaves <= MAX_LEAVES)
  const parser = new Parser({
    onopentagname: () => {
      elements++
      depth++
      steps += depth
      attributes = 0
      expect(elements <= MAX_ELEMENTS && depth <= MAX_DEPTH && steps <= MAX_STEPS)
    },
    onattribute: () => expect(++attributes <= MAX_ATTRIBUTES),
    onclosetag: () => {
      depth--
    },
    ontext: leaf,
    oncomment: leaf,
    onprocessinginstruction: leaf,
  })
  parser.end(html)
  return modest
}

function countOf(text: string, sign: string): number {
  let count = 0
  for (let at = text.indexOf(sign); at !== -1; at = text.indexOf(sign, at + 1)) count += 1
  return count
}
