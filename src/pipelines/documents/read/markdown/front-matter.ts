const BEGIN = /^---[ \t]*\r?\n/
const END = /\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/
const TITLE = /^title[ \t]*:(.*)$/im

/** The most characters between the two lines. A longer part is no front matter, but text between two rules. */
const MAX_LENGTH = 20_000

/** Splits the front matter (`---` … `---`) from a Markdown file. Keeps only its title. */
export function frontMatter(text: string): { readonly title: string; readonly body: string } {
  const none = { title: '', body: text }
  const begin = BEGIN.exec(text)
  if (!begin) return none
  const rest = text.slice(begin[0].length)
  const end = END.exec(rest)
  if (!end || end.index > MAX_LENGTH) return none
  const title = TITLE.exec(rest.slice(0, end.index))?.[1]?.trim() ?? ''
  const body = rest.slice(end.index + end[0].length)
  return { title: title.replace(/^(["'])(.*)\1$/, '$2'), body }
}
