import { isNode, type Node } from './value.ts'

/** A place is one level below the posting, and its address two. */
const MAX_DEPTH = 3

/** Puts the things of a page in the place of links to them, which have only their `@id`. */
export class LinkedNodes {
  readonly #things = new Map<string, Node>()
  /** What a thing is at each depth. A page may have a thousand links to one large thing. */
  readonly #resolved = Array.from({ length: MAX_DEPTH + 1 }, () => new Map<Node, Node>())

  constructor(nodes: readonly Node[]) {
    for (const node of nodes) {
      const id = node['@id']
      if (typeof id === 'string' && !isLink(node) && !this.#things.has(id))
        this.#things.set(id, node)
    }
  }

  resolve(node: Node, depth = 0): Node {
    const known = this.#resolved[depth]?.get(node)
    if (known) return known
    const entries = Object.entries(node).map(([name, value]) => [name, this.#value(value, depth)])
    const resolved: Node = Object.fromEntries(entries)
    this.#resolved[depth]?.set(node, resolved)
    return resolved
  }

  #value(value: unknown, depth: number): unknown {
    if (Array.isArray(value)) return value.map((entry) => this.#entry(entry, depth))
    return this.#entry(value, depth)
  }

  /** A list within a list means nothing, and may be as deep as its page. */
  #entry(value: unknown, depth: number): unknown {
    if (!isNode(value) || depth >= MAX_DEPTH) return value
    return this.resolve(isLink(value) ? this.#linked(value) : value, depth + 1)
  }

  #linked(link: Node): Node {
    return this.#things.get(String(link['@id'])) ?? link
  }
}

/** Whether a thing has nothing but its `@id`, and perhaps its type. */
export function isLink(node: Node): boolean {
  const names = Object.keys(node)
  return (
    typeof node['@id'] === 'string' && names.every((name) => name === '@id' || name === '@type')
  )
}
