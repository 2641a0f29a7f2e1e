import { ownTitle } from '../../text/own-title.ts'
import { readXml } from '../zip/xml.ts'

/** Reads the title that a document gives itself in its properties. */
export function titleOf(properties: string): string {
  let title = ''
  let inTitle = false
  readXml(properties, {
    open: (name) => void (inTitle = name === 'title'),
    text: (text) => void (title += inTitle ? text : ''),
    close: () => void (inTitle = false),
  })
  return ownTitle(title)
}

export function countOf(xml: string, element: string): number {
  let count = 0
  readXml(xml, { open: (name) => void (name === element && count++) })
  return count
}
