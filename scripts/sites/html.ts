/** Escapes text for HTML. Greenhouse also sends its HTML escaped like this. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** Returns the text of the sites' own HTML, one line for each block. */
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

/** `head` is HTML that follows the title. */
export function page(title: string, body: string, head = ''): string {
  const top = `<meta charset="utf-8"><title>${escapeHtml(title)}</title>${head}`
  return `<!doctype html><html lang="en"><head>${top}</head><body><main>${body}</main></body></html>\n`
}
