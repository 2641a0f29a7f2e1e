import type { ListedPlace } from '../listed.ts'
import { toPlaces, withParts } from '../place/place-names.ts'
import { fieldOf, isNode, listOf, nameOf, type Node, textOf } from './value.ts'

/** More places than any posting has: 251 were seen. */
const MAX_PLACES = 1_000

/** Names the places of work, such as "Berlin, BE, DE". If there are none, names the places where applicants may live. */
export function placesOf(node: Node): string[] {
  return toPlaces(givenPlaces(node).map(placeName))
}

function givenPlaces(node: Node): readonly unknown[] {
  const work = listOf(node['jobLocation']).slice(0, MAX_PLACES).flatMap(eachAddress)
  if (toPlaces(work.map(placeName)).length > 0) return work
  return listOf(node['applicantLocationRequirements']).slice(0, MAX_PLACES)
}

/** Some pages give one place several addresses. */
function eachAddress(place: unknown): readonly unknown[] {
  const addresses = listOf(fieldOf(place, 'address'))
  if (!isNode(place) || addresses.length < 2) return [place]
  return addresses.slice(0, MAX_PLACES).map((address) => ({ ...place, address }))
}

/** The places whose address has parts. */
export function partsOf(node: Node): ListedPlace[] {
  return givenPlaces(node).flatMap((place) => {
    const address = addressOf(place)
    if (!isNode(address)) return []
    const isCountry = textOf(address['@type']) === 'Country'
    return withParts(placeName(place), {
      city: nameOf(address['addressLocality']),
      region: nameOf(address['addressRegion']),
      country: nameOf(address['addressCountry']) ?? (isCountry ? textOf(address['name']) : null),
    })
  })
}

function addressOf(place: unknown): unknown {
  return listOf(fieldOf(place, 'address'))[0] ?? place
}

/** Names a place. A place has an address or is one, and both may be plain text. */
function placeName(place: unknown): string | null {
  const address = addressOf(place)
  if (!isNode(address)) return nameOf(address)
  const parts = [
    nameOf(address['addressLocality']),
    nameOf(address['addressRegion']),
    nameOf(address['addressCountry']),
  ]
  const named = [...new Set(parts.filter((part) => part !== null))].join(', ')
  return named === '' ? (nameOf(place) ?? nameOf(address)) : named
}

/** The country of a posting, if all of its places are in one. */
export function countryOf(node: Node): string | null {
  const places = listOf(node['jobLocation']).slice(0, MAX_PLACES)
  const countries = new Set(
    places.map((place) => nameOf(fieldOf(addressOf(place), 'addressCountry'))),
  )
  const [country = null] = countries
  return countries.size === 1 ? country : null
}
