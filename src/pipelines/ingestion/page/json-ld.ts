import { readTags } from '../../html/tags.ts'
import { parseLenient } from './lenient-json.ts'
import { isNode, listOf, type Node } from './value.ts'

/** More nodes than any page needs. The limit bounds the work for a hostile page. */
const MAX_NODES = 20_000
const MAX_DEPTH = 32

/** The properties that lead to the things that a page describes. A thing under another property is only mentioned. */
const EDGES = ['@graph', 'mainEntity', 'mainEntityOfPage', 'itemListElement', 'item'] as const

/** Returns the values of a page's JSON-LD blocks in order. Skips a block that cannot be parsed. */
export function jsonLdOf(html: string): readonly unknown[] {
  return blocksOf(html)
    .map(parseLenient)
    .filter((value) => value !== undefined)
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
  return type?.split(';')[0]?.trim().toLowerCase() === 'application/ld+json'
}

/** Returns all nodes of this schema.org type in document order. */
export function nodesOf(values: readonly unknown[], type: string): readonly Node[] {
  return reachable(values).filter((node) => isOfType(node, type))
}

export function isOfType(node: Node, type: string): boolean {
  return listOf(node['@type']).some(
    (name) => typeof name === 'string' && name.split(/[/#:]/).at(-1) === type,
  )
}

type Step = { readonly value: unknown; readonly depth: number }

function reachable(values: readonly unknown[]): Node[] {
  const nodes: Node[] = []
  const open: Step[] = [{ value: values, depth: 0 }]
  for (let step = open.pop(), seen = 0; step && seen < MAX_NODES; step = open.pop(), seen++) {
    if (isNode(step.value)) nodes.push(step.value)
    if (step.depth < MAX_DEPTH) open.push(...below(step).toReversed())
  }
  return nodes
}

function below({ value, depth }: Step): Step[] {
  const values = isNode(value) ? EDGES.map((edge) => value[edge]) : listOf(value)
  return values
    .slice(0, MAX_NODES)
    .filter((next) => typeof next === 'object' && next !== null)
    .map((next) => ({ value: next, depth: depth + 1 }))
}
