/** Whether a place named in words is no place: null where the words do not say. */
export function remoteIn(places: readonly string[]): boolean | null {
  const words = places.join(' ')
  if (/\bhybrid\b/i.test(words)) return false
  return /\bremote\b/i.test(words) ? true : null
}

/** A board's own word for the kind of workplace. */
export function toRemote(workplace: string | null | undefined): boolean | null {
  const word = (workplace ?? '').toLowerCase().replace(/[^a-z]/g, '')
  if (word === 'remote') return true
  return word === 'hybrid' || word === 'onsite' ? false : null
}
