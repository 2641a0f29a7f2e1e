import { toLabels } from './label.ts'

/** Marks between places. A comma stands within one: `London, UK; Ontario, CAN`. */
const BETWEEN = /[;|•·\r\n]| \/ /
const NOTHING = /^(?:[-–—.]*|n\/a|none|null|undefined|tbd|unknown|unspecified)$/i

/** Names the places of a posting, each once, in the source's order. Leaves out what a form wrote for no place. */
export function toPlaces(texts: readonly (string | null | undefined)[]): string[] {
  return toLabels(texts.flatMap((text) => (text ?? '').split(BETWEEN)).map(withoutGaps))
}

/** `Leipzig, -, DE` is Leipzig, DE. */
function withoutGaps(place: string): string {
  const parts = place.split(',').map((part) => part.trim())
  const named = parts.filter((part) => !NOTHING.test(part))
  return named.length === parts.length ? place : named.join(', ')
}
