import { Parser } from 'htmlparser2'

const MAX_CHARS = 2_000_000
const MAX_ELEMENTS = 20_000
const MAX_DEPTH = 300
/** All elements' depths together: what walking up from each of them costs. */
const MAX_STEPS = 400_000

/** Whether a page is one that a whole document of it can be made of, and walked in all directions. */
export function isModest(html: string): boolean {
  if (html.length > MAX_CHARS) return false
  let elements = 0
  let depth = 0
  let steps = 0
  let modest = true
  const parser = new Parser({
    onopentagname: () => {
      elements++
      depth++
      steps += depth
      modest = elements <= MAX_ELEMENTS && depth <= MAX_DEPTH && steps <= MAX_STEPS
      if (!modest) parser.pause()
    },
    onclosetag: () => {
      depth--
    },
  })
  parser.end(html)
  return modest
}
