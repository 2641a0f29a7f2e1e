import { isOfType, jsonLdOf, nodesOf } from '../page/json-ld.ts'
import { fieldOf, isNode, listOf, type Node, textOf } from '../page/value.ts'

/** An address that a listing's JSON-LD names; `sure`: it says itself that it is a posting's. */
type Named = { readonly url: URL; readonly sure: boolean }

/** The addresses of the JobPostings and of the lists that a page's JSON-LD holds. */
export function readListedNodes(html: string, url: string): readonly Named[] {
  const values = jsonLdOf(html)
  const postings = nodesOf(values, 'JobPosting').map((node) => named(node['url'], url, true))
  const items = nodesOf(values, 'ItemList').flatMap((list) =>
    listOf(list['itemListElement']).map((item) => fromItem(item, url)),
  )
  return [...postings, ...items].filter((entry) => entry !== undefined)
}

/** An element is an address, the thing itself, or a ListItem that has either. */
function fromItem(element: unknown, base: string): Named | undefined {
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

function named(address: unknown, base: string, sure: boolean): Named | undefined {
  const text = textOf(address)
  const url = text === null ? null : URL.parse(text, base)
  return url ? { url, sure } : undefined
}
