import { MathText } from '../office/math-ml.ts'
import { pathOf } from '../office/relations.ts'
import { readXml } from '../zip/xml.ts'
import type { ZipPackage } from '../zip/zip-package.ts'

/** The words of an object within a document. A formula stands within its line. */
export type ObjectText = { readonly isFormula: boolean; readonly text: string }

/** The characters within which the first element of an object begins. */
const HEAD = 4_000

/** Reads a formula or the words of a chart. Undefined for an object of another kind, or one that is not in the file. */
export function readObject(parts: ZipPackage, href: string): ObjectText | undefined {
  const path = `${pathOf(href, '').replace(/\/$/, '')}/content.xml`
  if (href === '' || !parts.has(path)) return undefined
  const xml = parts.text(path)
  const head = xml.slice(0, HEAD)
  if (/<(?:\w{1,9}:)?math[\s>]/.test(head)) return { isFormula: true, text: formulaOf(xml) }
  return xml.includes('<chart:chart') ? { isFormula: false, text: wordsOf(xml) } : undefined
}

function formulaOf(xml: string): string {
  const math = new MathText()
  readXml(xml, math)
  return math.end()
}

/** The titles and names of a chart, each once on its line. Its numbers are no words. */
function wordsOf(xml: string): string {
  const names = new Set<string>()
  let name = ''
  let depth = 0
  readXml(xml, {
    open: (element) => void (element === 'p' && depth++),
    text: (text) => void (name += depth > 0 ? text : ''),
    close: (element) => {
      if (element !== 'p' || depth === 0 || --depth > 0) return
      if (/\p{L}/u.test(name)) names.add(name.replaceAll(/\s+/g, ' ').trim())
      name = ''
    },
  })
  return [...names].join('\n')
}
