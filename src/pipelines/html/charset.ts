const HEAD_BYTES = 4_096

/** Decodes a page by its charset, or as UTF-8 if the page names none. */
export function decodePage(bytes: Uint8Array, contentType: string | null): string {
  return decoderOf(charsetOf(bytes, contentType) ?? 'utf-8').decode(bytes)
}

/** Finds a page's charset: from its byte order mark, or else its header, or else its own declaration. */
export function charsetOf(bytes: Uint8Array, contentType: string | null): string | undefined {
  return bomOf(bytes) ?? headerOf(contentType) ?? declared(bytes)
}

export function bomOf([a, b]: Uint8Array): string | undefined {
  if (a === 0xfe && b === 0xff) return 'utf-16be'
  if (a === 0xff && b === 0xfe) return 'utf-16le'
  return a === 0xef && b === 0xbb ? 'utf-8' : undefined
}

function headerOf(contentType: string | null): string | undefined {
  return /;\s*charset\s*=\s*["']?([^\s"';]+)/i.exec(contentType ?? '')?.[1]
}

/** Ignores a declaration of UTF-16: a page whose declaration can be read byte by byte is not in UTF-16. */
function declared(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, HEAD_BYTES))
  const label =
    /<meta[^<>]*\scharset\s*=\s*["']?([^\s"'/;<>]+)/i.exec(head)?.[1] ??
    /<meta[^<>]*;\s*charset\s*=\s*([^\s"'/;<>]+)/i.exec(head)?.[1] ??
    /^\s*<\?xml[^<>]*\sencoding\s*=\s*["']([^"'<>]+)/i.exec(head)?.[1]
  return label !== undefined && /^utf-?16/i.test(label) ? undefined : label
}

function decoderOf(label: string): TextDecoder {
  try {
    return new TextDecoder(label)
  } catch {
    return new TextDecoder()
  }
}
