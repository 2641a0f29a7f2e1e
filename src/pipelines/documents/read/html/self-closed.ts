/** Writes `<a id="x"/>`, which XHTML allows, in the form that HTML needs. */
export function opened(xhtml: string): string {
  return xhtml.replaceAll(SELF_CLOSED, (whole, name: string, attributes: string) =>
    NEVER_VOID.has(name.toLowerCase()) ? `<${name}${attributes}></${name}>` : whole,
  )
}

const SELF_CLOSED = /<([a-z]+[1-6]?)\b([^<>]*)\/>/gi
const NAMES =
  'title script style iframe noscript template a p div span td th li em strong b i h1 h2 h3 h4 h5 h6'
const NEVER_VOID = new Set(NAMES.split(' '))
