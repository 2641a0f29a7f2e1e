import { Parser } from 'htmlparser2'

const MAX_CHARS = 2_000_000
const MAX_ELEMENTS = 20_000
/** The most texts, comments and the like. The parser splits a text at each `<` and `&`, even if no tag begins there. */
const MAX_LEAVES = 60_000
/** The most attributes of one element. For each attribute, the libraries search all of them. */
const MAX_ATTRIBUTES = 200
const MAX_DEPTH = 300
/** The most for the sum of all elements' depths: the cost of walking up from each element. */
const MAX_STEPS = 400_000

/** Whether a page is small and flat enough to build a document of it and walk that in all directions. */
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
