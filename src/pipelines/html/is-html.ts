const HTML_TYPES = new Set(['text/html', 'application/xhtml+xml'])
const VAGUE_TYPES = new Set(['', 'text/plain', 'application/octet-stream'])

/** Whether an answer is a web page. Both the content type and the text decide. */
export function isHtml(text: string, contentType: string | null): boolean {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (HTML_TYPES.has(type))
    return /<(?:!doctype|[a-z])/i.test(text) && !/^\s*(?:%PDF-|[{[])/.test(text)
  return VAGUE_TYPES.has(type) && looksLikeHtml(text)
}

export function looksLikeHtml(text: string): boolean {
  return /^\s*</.test(text) && /<(?:!doctype\s+html|html|head|body)\b/i.test(text)
}
