/** What a header may have between parentheses (RFC 9110, 5.6.5): visible ASCII, and no parenthesis or backslash. */
const CONTACT = /^[!-'*-[\]-~]{1,200}$/

/**
 * How Runcast names itself to the sites that it reads, such as `runcast (+https://example.com/crawler)`. `contact` is
 * the setting CONTACT: an address of a page or a mailbox, or nothing. Throws if a header can't carry it: a site would
 * then see no contact, and nobody would know.
 */
export function userAgentOf(contact: string | undefined): string {
  const address = contact?.trim() ?? ''
  if (!isContact(address)) {
    const wanted = 'an address such as https://example.com/crawler or crawler@example.com'
    throw new Error(`CONTACT holds ${JSON.stringify(address)}, which is not ${wanted}`)
  }
  return address === '' ? 'runcast' : `runcast (+${address})`
}

export function isContact(address: string): boolean {
  return address === '' || CONTACT.test(address)
}
