/** The attributes that carry a heading's level and a list's style past the reader mode. */
export const LEVEL = 'data-runcast-level'
export const STYLE = 'data-runcast-style'

const HEADING = /<(\/?)h([1-6])(?=[\s/>])/gi
const LIST_TAG = /<[ou]l\s[^<>]*|<li\s[^<>]*/gi
const STYLE_NAME = /\sstyle(?==)/gi

/**
 * Changes a page so that the reader mode keeps its headings and the styles of its lists. The reader mode makes h1 to
 * h2, drops a heading that repeats the title, and drops all styles.
 */
export function keepMarks(html: string): string {
  return html
    .replaceAll(HEADING, (_, slash: string, level: string) =>
      slash === '' ? `<h3 ${LEVEL}="${level}"` : '</h3',
    )
    .replaceAll(LIST_TAG, (tag) => tag.replaceAll(STYLE_NAME, ` ${STYLE}`))
}
