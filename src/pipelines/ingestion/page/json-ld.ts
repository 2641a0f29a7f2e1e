import { readTags } from '../../html/tags.ts'
import { parseLenient } from './lenient-json.ts'
import { isLink, LinkedNodes } from './linked.ts'
import { withPlainNames } from './plain-names.ts'
import { isNode, listOf, type Node } from './value.ts'

/** More nodes than any page needs. The limit bounds the work for a hostile page. */
const MAX_NODES = 20_000
const MAX_DEPTH = 32

/** The properties that lead to the things that a page describes. A thing under another property is only mentioned. */
const EDGES = ['@graph', 'mainEntity', 'mainEntityOfPage', 'itemListElement', 'item'] as const

/** Returns the values of a page's JSON-LD blocks in order. Skips a block that cannot be parsed. */
export function jsonLdOf(html: string): readonly unknown[] {
  return blocksOf(html)
    .map(parseBlock)
    .filter((value) => value !== undefined)
    .map((value) => withPlainNames(value))
}

/** Some pages write the JSON as a text within JSON. */
function parseBlock(block: string): unknown {
  const value = parseLenient(block)
  return typeof value === 'string' && /^\s*[{[]/.test(value) ? parseLenient(value) : value
}

function blocksOf(html: string): string[] {
  const blocks: string[] = []
  let block: string | undefined
  readTags(html, {
    open: (name, attributes) => {
      if (name === 'script') block = isJsonLd(attributes.get('type')) ? '' : undefined
    },
    text: (text) => {
      if (block !== undefined) block += text
    },
    close: (name) => {
      if (name === 'script' && block !== undefined) blocks.push(block)
      block = undefined
    },
  })
  return blocks
}

function isJsonLd(type: string | undefined): boolean {
  return /^\s*(?:application|text)\/ld[+ -]json\s*(?:;|$)/i.test(type ?? '')
}

/** Returns all nodes of this schema.org type in document order. */
export function nodesOf(values: readonly unknown[], type: string): readonly Node[] {
  const all = reachable(values)
  const linked = new LinkedNodes(all)
  const found = withoutLinks(reachable(values, EDGES).filter((node) => isOfType(node, type)))
  if (found.length > 0) return found.map((node) => linked.resolve(node))
  // If a page has only one such thing anywhere, the page describes it.
  const anywhere = withoutLinks(all.filter((node) => isOfType(node, type)))
  return anywhere.length === 1 ? anywhere.map((node) => linked.resolve(node)) : []
}

/** Leaves out mere links to things, unless there is nothing else. */
function withoutLinks(nodes: readonly Node[]): readonly Node[] {
  const things = nodes.filter((node) => !isLink(node))
  return things.length > 0 ? things : nodes
}

export function isOfType(node: Node, type: string): boolean {
  return listOf(node['@type']).some(
    (name) =>
      typeof name === 'string' &&
      name.trim().split(/[/#:]/).at(-1)?.toLowerCase() === type.toLowerCase(),
  )
}

type Step = { readonly value: unknown; readonly depth: number }

/** Returns the nodes that these properties lead to, or any property. */
function reachable(values: readonly unknown[], edges?: readonly string[]): Node[] {
  const nodes: Node[] = []
  const open: Step[] = [{ value: values, depth: 0 }]
  for (let step = open.pop(), seen = 0; step && seen < MAX_NODES; step = open.pop(), seen++) {
    if (isNode(step.value)) nodes.push(step.value)
    if (step.depth < MAX_DEPTH) open.push(...below(step, edges).toReversed())
  }
  return nodes
}

function below({ value, depth }: Step, edges?: readonly string[]): Step[] {
  const values = isNode(value)
    ? (edges ?? Object.keys(value)).map((edge) => value[edge])
    : listOf(value)
  return values
    .slice(0, MAX_NODES)
    .filter((next) => typeof next === 'object' && next !== null)
    .map((next) => ({ value: next, depth: depth + 1 }))
}
