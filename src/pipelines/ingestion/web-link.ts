const MAX_LINK = 2_000

/** Shown as a link and fetched, so nothing but a web address of a sane length; else empty. */
export function webLink(address: string | null | undefined): string {
  const url = URL.parse(address ?? '')
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return ''
  return url.href.length > MAX_LINK ? '' : url.href
}
