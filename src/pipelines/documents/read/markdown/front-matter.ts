const FRONT = /^---[ \t]*\r?\n([^]{0,20000}?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/
const TITLE = /^title[ \t]*:(.*)$/im

/** Splits the front matter (`---` … `---`) from a Markdown file. Keeps only its title. */
export function frontMatter(text: string): { readonly title: string; readonly body: string } {
  const front = FRONT.exec(text)
  if (!front) return { title: '', body: text }
  const title = TITLE.exec(front[1] ?? '')?.[1]?.trim() ?? ''
  return { title: title.replace(/^(["'])(.*)\1$/, '$2'), body: text.slice(front[0].length) }
}
