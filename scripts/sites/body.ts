/** The content of an answer. A fault may still change it or cut it. */
export type Body = { readonly type: string; readonly bytes: Buffer }

export function jsonBody(value: unknown): Body {
  return { type: 'application/json; charset=utf-8', bytes: Buffer.from(JSON.stringify(value)) }
}

export function htmlBody(html: string): Body {
  return { type: 'text/html; charset=utf-8', bytes: Buffer.from(html) }
}

export function xmlBody(xml: string): Body {
  return { type: 'application/xml; charset=utf-8', bytes: Buffer.from(xml) }
}
