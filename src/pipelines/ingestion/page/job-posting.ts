import { toEmploymentType } from '../employment-type.ts'
import { toLabel, toLabels } from '../label.ts'
import { furtherFields, type ListedPosting } from '../listed.ts'
import { toBlock, toRichText, unescapeText } from '../rich-text.ts'
import { webLink } from '../web-link.ts'
import { remoteIn, toRemote, toWorkplace } from '../workplace.ts'
import { baseSalaryOf } from './base-salary.ts'
import { jsonLdOf, nodesOf } from './json-ld.ts'
import { markedUpOf, SECTIONS } from './marked-up.ts'
import { partsOf, placesOf } from './places.ts'
import { fieldOf, listOf, nameOf, type Node, textOf } from './value.ts'

/** The fields of a posting that its own page gives. A field is null, or an empty list, if the page does not give it. */
export type Advert = Omit<ListedPosting, 'external_id' | 'url' | 'title'> & {
  readonly title: string | null
  /** The JobPosting's own address and identifier. Null: the page holds several, and none is of its address. */
  readonly own: { readonly url: string | null; readonly identifier: string | null } | null
}

/** Reads the page's schema.org JobPosting for this address, or else the first one. Undefined if there is none. */
export function readAdvert(html: string, url: string): Advert | undefined {
  const nodes = nodesOf(jsonLdOf(html), 'JobPosting')
  const inJson = ownOf(nodes, url)
  if (inJson) return alone(nodes, toAdvert(inJson, { url, html: descriptionOf(inJson) }))
  const others = nodesOf(markedUpOf(html, url), 'JobPosting')
  const marked = ownOf(others, url)
  const advert = marked && toAdvert(marked, { url, html: sectionsOf(marked) })
  return advert === undefined || advert.title === null ? undefined : alone(others, advert)
}

/** Of several JobPostings, the first may be of a similar job. */
function alone({ length }: readonly Node[], advert: Advert): Advert {
  return length === 1 ? advert : { ...advert, own: null }
}

function ownOf(nodes: readonly Node[], url: string): Node | undefined {
  return nodes.find((one) => fits(one, url)) ?? nodes[0]
}

/** Some pages give a teaser beside the description. */
function descriptionOf(node: Node): string | null {
  const texts = listOf(node['description'])
    .map(textOf)
    .filter((text) => text !== null)
  const longest = texts.toSorted((one, other) => other.length - one.length)[0]
  return longest === undefined ? null : toRichText(longest)
}

/** Joins the parts of an advert that the page's elements mark. A list's mark is within its tag. */
function sectionsOf(node: Node): string | null {
  const parts = SECTIONS.flatMap((name) => listOf(node[name]).map(textOf))
  const whole = parts
    .filter((part) => part !== null)
    .map((part) => (/^<li\b/i.test(part) ? `<ul>${part}</ul>` : toBlock(part)))
  return whole.length === 0 ? null : whole.join('\n')
}

/** Whether a JobPosting is the one at this address. A page may also hold JobPostings of similar jobs. */
function fits(node: Node, url: string): boolean {
  const own = webLink(textOf(node['url']))
  if (own !== '' && bare(own) === bare(url)) return true
  const id = textOf(node['identifier']) ?? textOf(fieldOf(node['identifier'], 'value'))
  return id !== null && hasIdentifier(url, id)
}

/** Whether an address holds this identifier as one of its words. */
export function hasIdentifier(address: string, identifier: string): boolean {
  return wordsOf(address).includes(identifier.toLowerCase())
}

function bare(address: string): string {
  return (address.split('#', 1)[0] ?? '').replace(/\/$/, '')
}

/** Splits an address into words. An id is a whole part of the address, or joined to the title's words. */
function wordsOf(address: string): string[] {
  const { pathname, searchParams } = new URL(address)
  const parts = [...pathname.toLowerCase().split('/'), ...searchParams.values()]
  return parts.flatMap((part) => [part, ...part.split(/[-_.]/)])
}

/** Reads a JobPosting that an API gives apart from its page. */
export function readNode(node: Node, url: string): Advert {
  return toAdvert(node, { url, html: descriptionOf(node) })
}

function toAdvert(node: Node, { url, html }: { url: string; html: string | null }): Advert {
  const title = toLabel(unescapeText(textOf(node['title']) ?? textOf(node['name']) ?? ''))
  return {
    title: title === '' ? null : title,
    own: { url: webLink(textOf(node['url'])) || null, identifier: identifierOf(node) },
    apply_url: applyUrlOf(node, url),
    locations: placesOf(node),
    remote: remoteOf(node),
    department: departmentOf(node),
    employment_type: employmentTypeOf(node),
    salary: baseSalaryOf(node),
    html,
    posted_at: textOf(node['datePosted']),
    updated_at: textOf(node['dateModified']),
    valid_through: textOf(node['validThrough']),
    ...furtherFields({
      employer: nameOf(node['hiringOrganization']),
      requisition_id: identifierOf(node),
      workplace: toWorkplace(workplaceWords(node)) ?? toWorkplace(placesOf(node)),
      employment_words: toLabels(employmentWords(node)),
      language: nameOf(node['inLanguage']),
      places: partsOf(node),
    }),
  }
}

function identifierOf(node: Node): string | null {
  return textOf(node['identifier']) ?? textOf(fieldOf(first(node['identifier']), 'value'))
}

function first(value: unknown): unknown {
  return listOf(value)[0]
}

/** Returns the posting's address if candidates apply on that very page (`directApply`). */
function applyUrlOf(node: Node, url: string): string | null {
  const direct = node['directApply']
  if (direct !== true && textOf(direct)?.toLowerCase() !== 'true') return null
  const own = webLink(textOf(node['url']))
  return own === '' ? url : own
}

/** Schema.org knows only TELECOMMUTE. Pages write other words, and put them into an additional property as well. */
function workplaceWords(node: Node): readonly (string | null)[] {
  const extra = listOf(node['additionalProperty']).filter((property) =>
    /jobLocationType|workplace|remote/i.test(nameOf(property) ?? ''),
  )
  const words = [...listOf(node['jobLocationType']), ...extra.map((one) => fieldOf(one, 'value'))]
  return words.map(textOf)
}

function remoteOf(node: Node): boolean | null {
  const said = workplaceWords(node)
    .map(toRemote)
    .find((remote) => remote !== null)
  return said ?? remoteIn(placesOf(node))
}

function departmentOf(node: Node): string | null {
  const name =
    nameOf(fieldOf(first(node['hiringOrganization']), 'department')) ??
    nameOf(node['employmentUnit'])
  return toLabels([name])[0] ?? null
}

/** Returns the first known type of "FULL_TIME", "Full-time, Contract" or ["INTERN", "OTHER"]. */
function employmentTypeOf(node: Node): Advert['employment_type'] {
  return (
    employmentWords(node)
      .map(toEmploymentType)
      .find((type) => type !== null) ?? null
  )
}

function employmentWords(node: Node): readonly string[] {
  return listOf(node['employmentType']).flatMap((type) => textOf(type)?.split(/[,;|]/) ?? [])
}
