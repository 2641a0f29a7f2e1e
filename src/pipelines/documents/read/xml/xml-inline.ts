import { readTags } from '../../../html/tags.ts'
import { BLOCK, HEADING, INLINE, NUMBER } from './xml-names.ts'

type Open = { readonly children: Set<string>; hasText: boolean }

/** Finds the names of the elements that stand within words, such as the name of a person within a sentence. */
export function inlineNames(xml: string): ReadonlySet<string> {
  const counts = new Map<string, { mixed: number; apart: number }>()
  const open: Open[] = []
  readTags(
    xml,
    {
      open: (tag) => {
        const name = localName(tag)
        open.at(-1)?.children.add(name)
        open.push({ children: new Set(), hasText: false })
      },
      text: (text) => {
        const last = open.at(-1)
        if (last && text.trim() !== '') last.hasText = true
      },
      close: () => {
        const closed = open.pop()
        for (const name of closed?.children ?? []) {
          const count = counts.get(name) ?? { mixed: 0, apart: 0 }
          count[closed?.hasText === true ? 'mixed' : 'apart']++
          counts.set(name, count)
        }
      },
    },
    { xml: true },
  )
  return new Set([...counts].filter(([name, count]) => isInline(name, count)).map(([name]) => name))
}

function isInline(name: string, { mixed, apart }: { mixed: number; apart: number }): boolean {
  if (INLINE.test(name)) return true
  if (BLOCK.test(name) || HEADING.test(name) || NUMBER.test(name)) return false
  return mixed > 0 && mixed >= apart
}

/** The name of an element without its prefix, in lower case. */
export function localName(tag: string): string {
  return tag.slice(tag.indexOf(':') + 1).toLowerCase()
}
