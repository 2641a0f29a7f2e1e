import { LINE_END } from '../extract-text.ts'

/** The marks of a quotation, and the space that a program put before a line that begins with a space, a mark or "From". */
const BEGINNING = /^(>*) ?/
const SIGNATURE = '-- '

type FlowedLine = {
  /** How many marks of quotations it has. */
  readonly depth: number
  readonly words: string
  readonly isSignature: boolean
  /** Whether the next line goes on with it. */
  readonly isOpen: boolean
}

/**
 * Joins the lines of a text that its program divided (RFC 3676). A line goes on if the line ends with a space and the
 * next one has as many marks of quotations. `isSpaceAdded` says that the program added that space (`DelSp=yes`).
 */
export function joinFlowed(text: string, isSpaceAdded: boolean): string {
  const pieces: string[] = []
  let before: FlowedLine | undefined
  for (const written of text.split(LINE_END)) {
    const line = flowedLine(written)
    if (!goesOn(before, line)) pieces.push(before ? '\n' : '', marksOf(line))
    pieces.push(line.isOpen && isSpaceAdded ? line.words.slice(0, -1) : line.words)
    before = line
  }
  return pieces.join('')
}

function goesOn(before: FlowedLine | undefined, line: FlowedLine): boolean {
  return before?.isOpen === true && before.depth === line.depth && !line.isSignature
}

function flowedLine(written: string): FlowedLine {
  const [begin = '', marks = ''] = BEGINNING.exec(written) ?? []
  const words = written.slice(begin.length)
  const isSignature = words === SIGNATURE
  return { depth: marks.length, words, isSignature, isOpen: words.endsWith(' ') && !isSignature }
}

function marksOf({ depth }: FlowedLine): string {
  return depth === 0 ? '' : `${'>'.repeat(depth)} `
}
