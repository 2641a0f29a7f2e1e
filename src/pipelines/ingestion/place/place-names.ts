import { toLabels } from '../label.ts'
import type { ListedPlace } from '../listed.ts'

/** Marks between places. A comma stands within one: `London, UK; Ontario, CAN`. */
const BETWEEN = /[;|•·\r\n]| \/ /
const NOTHING = /^(?:[-–—.]*|n\/a|none|null|undefined|tbd|unknown|unspecified)$/i

/** Names the places of a posting, each once, in the source's order. Leaves out what a form wrote for no place. */
export function toPlaces(texts: readonly (string | null | undefined)[]): string[] {
  return toLabels(texts.flatMap((text) => (text ?? '').split(BETWEEN)).map(withoutGaps))
}

type PlaceFields = Readonly<
  Partial<Record<'city' | 'region' | 'country', string | null | undefined>>
>

/** A place whose source gives its parts in fields of their own. None if the text names several places, or if no part is given. */
export function withParts(text: string | null | undefined, fields: PlaceFields): ListedPlace[] {
  const [name, ...others] = toPlaces([text])
  const [city, region, country] = [fields.city, fields.region, fields.country].map(partOf)
  if (name === undefined || others.length > 0 || !(city ?? region ?? country)) return []
  return [{ text: name, city: city ?? null, region: region ?? null, country: country ?? null }]
}

function partOf(words: string | null | undefined): string | null {
  return toPlaces([words])[0] ?? null
}

/** `Leipzig, -, DE` is Leipzig, DE. */
function withoutGaps(place: string): string {
  const parts = place.split(',').map((part) => part.trim())
  const named = parts.filter((part) => !NOTHING.test(part))
  return named.length === parts.length ? place : named.join(', ')
}
