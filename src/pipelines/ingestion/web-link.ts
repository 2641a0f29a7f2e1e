const MAX_LINK = 2_000

/** Returns a web address of sane length, or an empty text. The page links to the address, and a job may fetch it. */
export function webLink(address: string | null | undefined): string {
  const url = URL.parse(address ?? '')
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return ''
  return url.href.length > MAX_LINK ? '' : url.href
}
