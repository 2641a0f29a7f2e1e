/** Text as HTML, and HTML as the entity-escaped text in which Greenhouse sends it. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** The text of such HTML as is written here, a line a block. */
export function textOf(html: string): string {
  return html
    .replaceAll(/<\/(?:p|h3|li)>/g, '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&nbsp;', '\u00a0')
    .replaceAll('&quot;', '"')
    .replaceAll('&gt;', '>')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&')
    .trim()
}

/** `head` is HTML that stands after the title. */
export function page(title: string, body: string, head = ''): string {
  const top = `<meta charset="utf-8"><title>${escapeHtml(title)}</title>${head}`
  return `<!doctype html><html lang="en"><head>${top}</head><body><main>${body}</main></body></html>\n`
}
