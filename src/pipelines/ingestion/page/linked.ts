import { isNode, type Node } from './value.ts'

/** More links than a posting has. */
const MAX_LINKS = 1_000
/** A place is one level below the posting, and its address two. */
const MAX_DEPTH = 3

/** Puts the things of a page in the place of links to them, which have only their `@id`. */
export class LinkedNodes {
  readonly #things = new Map<string, Node>()
  #left = MAX_LINKS

  constructor(nodes: readonly Node[]) {
    for (const node of nodes) {
      const id = node['@id']
      if (typeof id === 'string' && !isLink(node) && !this.#things.has(id))
        this.#things.set(id, node)
    }
  }

  resolve(node: Node, depth = 0): Node {
    const entries = Object.entries(node).map(([name, value]) => [name, this.#value(value, depth)])
    return Object.fromEntries(entries)
  }

  #value(value: unknown, depth: number): unknown {
    if (Array.isArray(value)) return value.map((entry) => this.#value(entry, depth))
    if (!isNode(value) || depth >= MAX_DEPTH) return value
    return this.resolve(isLink(value) ? this.#linked(value) : value, depth + 1)
  }

  #linked(link: Node): Node {
    const thing = this.#things.get(String(link['@id']))
    if (!thing || this.#left === 0) return link
    this.#left--
    return thing
  }
}

/** Whether a thing has nothing but its `@id`, and perhaps its type. */
export function isLink(node: Node): boolean {
  const names = Object.keys(node)
  return (
    typeof node['@id'] === 'string' && names.every((name) => name === '@id' || name === '@type')
  )
}
