import { readTags } from '../../html/tags.ts'
import { toLabel } from '../label.ts'
import { fold } from '../phrases.ts'
import { titleFromAddress } from '../sources/posting-address.ts'
import { isPageWord } from '../sources/posting-identity.ts'

/** Between a page's title and the name of its site. */
const SEPARATORS = [' | ', ' – ', ' — ', ' · ', ' - ', ' :: ', ' » ']

/**
 * The title that a page without structured data gives its posting. Null if the page is more likely none of a posting: an
 * address that names the posting has a word of its title, which the title of a frame, an error or a log-in page lacks.
 */
export function pageTitleOf(html: string, url: string): string | null {
  const reader = new TitleReader()
  readTags(html, reader)
  const { headings, shared, title } = reader
  const shown = headings.map(plain).filter((text) => namesIn(text).length > 0)
  const wanted = namesIn(titleFromAddress(url))
  if (wanted.length === 0) return shown[0] ?? null
  const others = [shared ?? '', title].map((text) => withoutSite(plain(text)))
  const fits = (text: string) => namesIn(text).some((word) => wanted.includes(word))
  return [...shown, ...others].find(fits) ?? null
}

function plain(text: string): string {
  return toLabel(text.replaceAll(/\s+/g, ' '))
}

/** Leaves out the name of the site, which stands behind the last separator. */
function withoutSite(title: string): string {
  const cuts = SEPARATORS.map((one) => title.lastIndexOf(one)).filter((at) => at > 0)
  return cuts.length === 0 ? title : title.slice(0, Math.max(...cuts)).trim()
}

/** The words of a text that may name a job: no numbers, no short words, and no words of any page of jobs. */
function namesIn(text: string): string[] {
  const words = `${fold(text)} ${fold(spelt(text))}`.split(' ')
  return words.filter((word) => isName(word) && !isPageWord(word) && !ERRORS.has(word))
}

function isName(word: string): boolean {
  return word.length > (/^[a-z]+$/.test(word) ? 2 : 1) && !/^\d+$/.test(word)
}

/** Addresses write `ae` for `ä`. */
const SPELT: Readonly<Record<string, string>> = {
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  ß: 'ss',
  ø: 'oe',
  å: 'aa',
}

function spelt(text: string): string {
  return text.toLowerCase().replaceAll(/[äöüßøå]/g, (letter) => SPELT[letter] ?? letter)
}

/** Words of pages that are sent instead of a posting's. */
const ERRORS: ReadonlySet<string> = new Set(
  `error not found denied forbidden login log sign page access verify human robot captcha
  cookie cookies javascript loading please wait sorry oops fehler anmelden anmeldung erreur connexion`.split(
    /\s+/,
  ),
)

/** Reads a page's first-level headings, its title, and the title that it gives for sharing. */
class TitleReader {
  readonly headings: string[] = []
  title = ''
  shared: string | undefined
  #in: 'h1' | 'title' | undefined
  #foreign = 0

  open = (name: string, attributes: ReadonlyMap<string, string>): void => {
    if (name === 'svg') this.#foreign++
    if (name === 'h1') this.headings.push('')
    if (name === 'h1' || (name === 'title' && this.#foreign === 0)) this.#in = name
    if (name === 'meta' && attributes.get('property') === 'og:title') {
      this.shared ??= attributes.get('content')
    }
    if (this.#in === 'h1') this.text(' ')
  }

  text = (text: string): void => {
    if (this.#in === 'title') this.title += text
    if (this.#in === 'h1') this.headings.push((this.headings.pop() ?? '') + text)
  }

  close = (name: string): void => {
    if (name === 'svg') this.#foreign = Math.max(0, this.#foreign - 1)
    if (name === this.#in) this.#in = undefined
  }
}
