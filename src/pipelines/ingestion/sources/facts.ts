import { toEmploymentType } from '../employment-type.ts'
import { toLabel, toLabels } from '../label.ts'
import { furtherFields, type ListedPosting } from '../listed.ts'
import { toPlaces, withParts } from '../place/place-names.ts'
import { toBlock } from '../rich-text.ts'
import { type SourceSalary, toSalary } from '../salary.ts'
import { webLink } from '../web-link.ts'
import { remoteIn, toRemote, toWorkplace } from '../workplace.ts'
import { contentOf, ItemId, ItemTitle } from './item.ts'

type FactText = string | null | undefined

/** A place as a source names it: in one text, in parts, or both. */
type PlaceFacts = {
  readonly text?: FactText
  readonly city?: FactText
  readonly region?: FactText
  readonly country?: FactText
}

/** A part of a description, with its heading. The text may be HTML. */
type Section = { readonly heading?: FactText; readonly text?: FactText }

/**
 * What a source says of one posting, in the source's own words. `toPosting` reads all of it by the readers that every
 * source shares.
 */
export type PostingFacts = {
  readonly id: unknown
  readonly title: unknown
  readonly url?: FactText
  readonly apply_url?: FactText
  readonly places?: readonly (PlaceFacts | null | undefined)[] | undefined
  /** FactText for the workplace. The first that can be read counts, and then the names of the places. */
  readonly workplace?: readonly FactText[] | undefined
  readonly department?: FactText
  readonly team?: FactText
  readonly employer?: FactText
  readonly requisition_id?: string | number | null | undefined
  /** The code of the language that the platform names. */
  readonly language?: FactText
  /** FactText for the kind of employment. The first that can be read counts. */
  readonly employment?: readonly FactText[] | undefined
  readonly salary?: SourceSalary | null | undefined
  readonly sections?: readonly (Section | null | undefined)[] | undefined
  readonly posted_at?: string | number | null | undefined
  readonly updated_at?: string | number | null | undefined
  readonly valid_through?: string | number | null | undefined
}

/** Makes a listed posting. Returns undefined if it has no id or no title. */
export function toPosting(facts: PostingFacts): ListedPosting | undefined {
  const id = ItemId.safeParse(facts.id)
  const title = ItemTitle.safeParse(facts.title)
  if (!id.success || !title.success) return undefined
  const locations = toPlaces((facts.places ?? []).map(nameOfPlace))
  return {
    external_id: id.data,
    title: title.data,
    url: webLink(facts.url),
    apply_url: webLink(facts.apply_url) || null,
    locations,
    remote: firstRead(facts.workplace, toRemote) ?? remoteIn(locations),
    department: toLabel(facts.department) || null,
    employment_type: firstRead(facts.employment, toEmploymentType),
    salary: facts.salary ? toSalary(facts.salary) : null,
    html: contentOf(toHtml(facts.sections ?? [])),
    posted_at: textOf(facts.posted_at),
    updated_at: textOf(facts.updated_at),
    valid_through: textOf(facts.valid_through),
    ...furtherOf(facts, locations),
  }
}

/** What a detail says of the workplace. Nothing where it says nothing: the list then counts. */
export function workplaceIn(words: readonly FactText[]): Pick<ListedPosting, 'workplace'> & {
  readonly remote?: boolean
} {
  const workplace = firstRead(words, (one) => toWorkplace([one]))
  return workplace === null ? {} : { workplace, remote: workplace === 'remote' }
}

function furtherOf(facts: PostingFacts, locations: readonly string[]) {
  const { team, employer, requisition_id, language, employment = [], places = [] } = facts
  return furtherFields({
    team,
    employer,
    requisition_id: textOf(requisition_id),
    language,
    workplace:
      firstRead(facts.workplace, (words) => toWorkplace([words])) ?? toWorkplace(locations),
    employment_words: toLabels(employment),
    places: places.flatMap((place) => withParts(nameOfPlace(place), place ?? {})),
  })
}

function firstRead<T>(
  words: readonly FactText[] = [],
  read: (text: FactText) => T | null,
): T | null {
  for (const text of words) {
    const found = read(text)
    if (found !== null) return found
  }
  return null
}

/** A place's own text counts. Its parts name it else: `Berlin, BE, Germany`. */
function nameOfPlace(place: PlaceFacts | null | undefined): string {
  const text = toLabel(place?.text)
  if (text !== '') return text
  return toLabels([place?.city, place?.region, countryOf(place?.country)]).join(', ')
}

/** Platforms write the code of a country small: `us`. */
function countryOf(country: FactText): FactText {
  return country?.length === 2 ? country.toUpperCase() : country
}

/** Joins the parts of a description, each with its heading. */
export function toHtml(sections: readonly (Section | null | undefined)[]): string {
  return sections
    .map((section) => {
      const text = toBlock(section?.text ?? '')
      const heading = toLabel(section?.heading).replaceAll('&', '&amp;').replaceAll('<', '&lt;')
      return text === '' || heading === '' ? text : `<h3>${heading}</h3>${text}`
    })
    .filter((part) => part !== '')
    .join('\n')
}

function textOf(value: string | number | null | undefined): string | null {
  return value === null || value === undefined ? null : String(value)
}

/** The words for the workplace where a platform has a flag for each kind. */
export function workplaceOf(flags: {
  readonly remote?: boolean | null | undefined
  readonly hybrid?: boolean | null | undefined
  readonly onsite?: boolean | null | undefined
}): string | null {
  if (flags.hybrid) return 'hybrid'
  if (flags.remote) return 'remote'
  return flags.onsite ? 'on site' : null
}
