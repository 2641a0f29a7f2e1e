import { furtherFields, furtherFieldsOf, type ListedPosting } from '../listed.ts'
import { titleFromAddress } from '../sources/posting-address.ts'
import type { Advert } from './job-posting.ts'

type Facts = Omit<Advert, 'title' | 'html' | 'own'>

/** Whether the listing gave only the posting's address: its title is then the one made from the address. */
export function isGuess({ title, url }: ListedPosting): boolean {
  return title === titleFromAddress(url)
}

/** Merges a posting's fields from its listing and its page. The listing's fields win, unless the listing gave only an address. */
export function mergeAdvert(listed: ListedPosting, advert: Advert): ListedPosting {
  const guess = isGuess(listed)
  return {
    ...listed,
    ...(guess ? orElse(advert, listed) : orElse(listed, advert)),
    title: guess ? (advert.title ?? listed.title) : listed.title,
    html: advert.html ?? listed.html,
  }
}

function orElse(first: Facts, second: Facts): Facts {
  return {
    apply_url: first.apply_url ?? second.apply_url,
    locations: first.locations.length > 0 ? first.locations : second.locations,
    remote: first.remote ?? second.remote,
    department: first.department ?? second.department,
    employment_type: first.employment_type ?? second.employment_type,
    salary: first.salary ?? second.salary,
    posted_at: first.posted_at ?? second.posted_at,
    updated_at: first.updated_at ?? second.updated_at,
    valid_through: first.valid_through ?? second.valid_through,
    ...furtherFields({
      ...furtherFieldsOf(second),
      ...furtherFieldsOf(first),
      places: [...(first.places ?? []), ...(second.places ?? [])],
    }),
  }
}
