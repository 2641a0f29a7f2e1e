import { toEmploymentType } from '../employment-type.ts'
import { toLabel, toLabels } from '../label.ts'
import type { ListedPosting } from '../listed.ts'
import { webLink } from '../web-link.ts'
import { baseSalaryOf } from './base-salary.ts'
import { descriptionOf, unescapeText } from './description.ts'
import { jsonLdOf, nodesOf } from './json-ld.ts'
import { placesOf } from './places.ts'
import { fieldOf, listOf, nameOf, type Node, textOf } from './value.ts'

/** The fields of a posting that its own page gives. A field is null, or an empty list, if the page does not give it. */
export type Advert = Omit<ListedPosting, 'external_id' | 'url' | 'title'> & {
  readonly title: string | null
}

/** Reads the page's schema.org JobPosting for this address, or else the first one. Undefined if there is none. */
export function readAdvert(html: string, url: string): Advert | undefined {
  const nodes = nodesOf(jsonLdOf(html), 'JobPosting')
  const node = nodes.find((one) => fits(one, url)) ?? nodes[0]
  return node && toAdvert(node, url)
}

/** Whether a JobPosting is the one at this address. A page may also hold JobPostings of similar jobs. */
function fits(node: Node, url: string): boolean {
  const own = webLink(textOf(node['url']))
  if (own !== '' && bare(own) === bare(url)) return true
  const id = textOf(node['identifier']) ?? textOf(fieldOf(node['identifier'], 'value'))
  return id !== null && wordsOf(url).includes(id.toLowerCase())
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

function toAdvert(node: Node, url: string): Advert {
  const title = toLabel(unescapeText(textOf(node['title']) ?? textOf(node['name']) ?? ''))
  return {
    title: title === '' ? null : title,
    apply_url: applyUrlOf(node, url),
    locations: placesOf(node),
    remote: isRemote(node) ? true : null,
    department: departmentOf(node),
    employment_type: employmentTypeOf(node),
    salary: baseSalaryOf(node),
    html: descriptionOf(node),
    posted_at: textOf(node['datePosted']),
    updated_at: textOf(node['dateModified']),
    valid_through: textOf(node['validThrough']),
  }
}

/** Returns the posting's address if candidates apply on that very page (`directApply`). */
function applyUrlOf(node: Node, url: string): string | null {
  const direct = node['directApply']
  if (direct !== true && textOf(direct)?.toLowerCase() !== 'true') return null
  const own = webLink(textOf(node['url']))
  return own === '' ? url : own
}

function isRemote(node: Node): boolean {
  return listOf(node['jobLocationType']).some((type) => /^telecommute$/i.test(textOf(type) ?? ''))
}

function departmentOf(node: Node): string | null {
  const organization = listOf(node['hiringOrganization'])[0]
  const name = nameOf(fieldOf(organization, 'department')) ?? nameOf(node['employmentUnit'])
  return toLabels([name])[0] ?? null
}

/** Returns the first known type of "FULL_TIME", "Full-time, Contract" or ["INTERN", "OTHER"]. */
function employmentTypeOf(node: Node): Advert['employment_type'] {
  const words = listOf(node['employmentType']).flatMap((type) => textOf(type)?.split(/[,;|]/) ?? [])
  return words.map(toEmploymentType).find((type) => type !== null) ?? null
}
