/** RFC 9110, section 13.1.2: a list of tags compared weakly, or `*`. */
export function isFresh(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.includes(etag) || tags.includes('*')
}
