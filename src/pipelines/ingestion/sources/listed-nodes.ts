import { isOfType, jsonLdOf, nodesOf } from '../page/json-ld.ts'
import { fieldOf, isNode, listOf, type Node, textOf } from '../page/value.ts'

/** An address in a listing's JSON-LD. `sure` is true if the JSON-LD says that the address is a posting's. */
type ListedAddress = { readonly url: URL; readonly sure: boolean }

/** Reads the addresses of all JobPostings and list items in a page's JSON-LD. */
export function readListedNodes(html: string, url: string): readonly ListedAddress[] {
  const values = jsonLdOf(html)
  const postings = nodesOf(values, 'JobPosting').map((node) => named(node['url'], url, true))
  const items = nodesOf(values, 'ItemList').flatMap((list) =>
    listOf(list['itemListElement']).map((item) => fromItem(item, url)),
  )
  return [...postings, ...items].filter((entry) => entry !== undefined)
}

/** Reads one list element: an address, a thing, or a ListItem with one of these. */
function fromItem(element: unknown, base: string): ListedAddress | undefined {
  const item = fieldOf(element, 'item') ?? element
  const address = addressOf(element) ?? addressOf(item)
  return named(address, base, isNode(item) && isOfType(item, 'JobPosting'))
}

function addressOf(thing: unknown): string | null {
  return isNode(thing) ? addressOfNode(thing) : textOf(thing)
}

function addressOfNode(node: Node): string | null {
  return textOf(node['url']) ?? textOf(node['@id'])
}

function named(address: unknown, base: string, sure: boolean): ListedAddress | undefined {
  const text = textOf(address)
  const url = text === null ? null : URL.parse(text, base)
  return url ? { url, sure } : undefined
}
