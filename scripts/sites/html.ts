/** Text as HTML, and HTML as the entity-escaped text in which Greenhouse sends it. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

export function page(title: string, body: string): string {
  const head = `<meta charset="utf-8"><title>${escapeHtml(title)}</title>`
  return `<!doctype html><html lang="en"><head>${head}</head><body><main>${body}</main></body></html>\n`
}
