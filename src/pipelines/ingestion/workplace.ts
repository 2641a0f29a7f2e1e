/** Whether the names of places say remote or hybrid. Returns null if they say neither. */
export function remoteIn(places: readonly string[]): boolean | null {
  const words = places.join(' ')
  if (/\bhybrid\b/i.test(words)) return false
  return /\bremote\b/i.test(words) ? true : null
}

/** Reads a board's word for the kind of workplace. Returns null for an unknown word. */
export function toRemote(workplace: string | null | undefined): boolean | null {
  const word = (workplace ?? '').toLowerCase().replace(/[^a-z]/g, '')
  if (word === 'remote') return true
  return word === 'hybrid' || word === 'onsite' ? false : null
}
