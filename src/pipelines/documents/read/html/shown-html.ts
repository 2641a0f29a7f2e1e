import { BLOCKS } from '../../../html/html-events.ts'
import { type Attributes, readTags, type TagPlace } from '../../../html/tags.ts'
import { isOutOfSight, type ShownSettings } from './declarations.ts'
import { OpenElements } from './open-elements.ts'
import { PageStyles } from './page-styles.ts'
import { elementOf, type SelectedElement } from './selector.ts'

export type ShownHtml = {
  /** The page without its hidden parts. */
  readonly html: string
  /** The number of hidden parts. 0 if all of them together have only a few words. */
  readonly hidden: number
}

/** Hidden words of fewer characters than this together are labels of buttons and icons. */
const FEW_CHARS = 20

/** What may hide a part of a page. */
const HIDING =
  /\bhidden\b|\bdisplay\s*:|\bvisibility\s*:|\bfont-size\s*:|\bopacity\s*:|\btext-indent\s*:|\bclip(?:-path)?\s*:|\btransform\s*:|\boverflow\s*:|\bposition\s*:|<(?:datalist|template|noscript|audio|video|canvas)\b/i

/** Elements whose content no browser shows. */
const NEVER_SHOWN = new Set(['datalist', 'template', 'noscript', 'audio', 'video', 'canvas'])

/** Elements whose content is no text, or a text for programs that lack the element. */
const UNCOUNTED = new Set([
  'script',
  'style',
  'title',
  'datalist',
  'option',
  'audio',
  'video',
  'canvas',
])

/** Elements that show something without a text of their own. */
const SHOWING = new Set(['img', 'input', 'select', 'textarea'])

const FIELDS = new Set(['input', 'select', 'textarea'])

/** Tables give their parts the room that the words need. */
const TABLE_PARTS = new Set(['table', 'caption', 'tbody', 'thead', 'tfoot', 'tr', 'td', 'th'])

/** Finds the style sheet at an address of the page. */
export type FindStyles = (address: string) => string | undefined

/** Removes what a browser would not show of a page: a reader cannot tell hidden words from others. */
export function shownHtml(html: string, find?: FindStyles): ShownHtml {
  if (!HIDING.test(html) && !(find && LINKED.test(html))) return { html, hidden: 0 }
  const cutter = new HiddenParts(html, lookOf(html, find))
  readTags(html, {
    open: (tag, attributes, place) => cutter.open(tag, attributes, place),
    close: (tag, place) => cutter.close(tag, place),
    text: (text) => cutter.text(text),
  })
  const shown = cutter.end()
  // A script shows a page of which nothing else would be left.
  return cutter.isEmpty ? { html, hidden: 0 } : shown
}

const LINKED = /<link\b/i

/** What decides how a page looks: its styles, and whether a script may change them. */
type PageLook = { readonly styles: PageStyles; readonly hasScript: boolean }

/** Types of `<script>` that no browser runs. */
const DATA = /json|template|html/i

function lookOf(html: string, find?: FindStyles): PageLook {
  const styles = new PageStyles()
  let hasScript = false
  let open: { css: string; readonly media: string } | undefined
  readTags(html, {
    open: (tag, attributes) => {
      const media = attributes.get('media') ?? ''
      if (tag === 'style') open = { css: '', media }
      const isLink = tag === 'link' && /\bstylesheet\b/i.test(attributes.get('rel') ?? '')
      if (tag === 'script' && !DATA.test(attributes.get('type') ?? '')) hasScript = true
      if (isLink) styles.add(find?.(attributes.get('href') ?? '') ?? '', media)
    },
    text: (text) => {
      if (open) open.css += text
    },
    close: (tag) => {
      if (tag === 'style' && open) styles.add(open.css, open.media)
      if (tag === 'style') open = undefined
    },
  })
  return { styles, hasScript }
}

class HiddenParts {
  readonly #html: string
  readonly #styles: PageStyles
  readonly #hasScript: boolean
  readonly #shown: string[] = []
  readonly #elements = new OpenElements()
  /** The end of what was kept or cut so far. */
  #done = 0
  /** The number of open elements when the hidden part began. Undefined outside hidden parts. */
  #depth: number | undefined
  /** Whether the words are invisible, one for each open element. Their element still takes its place. */
  readonly #invisible: boolean[] = []
  /** Whether the words have no size, one for each open element. An element in theirs may have one. */
  readonly #sizeless: boolean[] = []
  /** Whether the words are out of sight, one for each open element. No element in theirs shows itself again. */
  readonly #outOfSight: boolean[] = []
  readonly #around: SelectedElement[] = []
  readonly #chars = { hidden: 0, shown: 0 }
  #parts = 0
  #inPart = false

  constructor(html: string, { styles, hasScript }: PageLook) {
    this.#html = html
    this.#styles = styles
    this.#hasScript = hasScript
  }

  get isEmpty(): boolean {
    return this.#chars.shown === 0
  }

  open(tag: string, attributes: Attributes, place: TagPlace): void {
    this.#leave(this.#elements.endedBy(tag), place.start)
    if (this.#depth !== undefined) return void this.#elements.open(tag)
    this.#keepTo(place.start)
    const element = elementOf(tag, attributes)
    this.#around.length = this.#elements.depth
    const settings = this.#styles.settings(element, this.#around)
    const isHidden = hides(tag, settings)
    const invisible = this.#isInvisibleBy(tag, settings)
    const sizeless = this.#isSizelessBy(tag, settings)
    const outOfSight = this.#isOutOfSightBy(tag, settings)
    if (isHidden || ((invisible || outOfSight) && SHOWING.has(tag))) this.#done = place.end
    else this.#take(place.end)
    if (!this.#elements.open(tag)) return
    const at = this.#elements.depth - 1
    this.#invisible[at] = invisible
    this.#sizeless[at] = sizeless
    this.#outOfSight[at] = outOfSight
    this.#around[at] = element
    if (isHidden) this.#depth = this.#elements.depth
  }

  close(tag: string, place: TagPlace): void {
    const closed = this.#elements.closedBy(tag)
    // The end tag of the hidden element is cut with it. The end tag of an element around it is not.
    const isOwn = this.#depth !== undefined && this.#elements.depth - closed === this.#depth - 1
    this.#leave(closed, isOwn ? place.end : place.start)
    if (this.#depth !== undefined || isOwn) return
    if (closed === 0) this.#keepTo(place.start)
    this.#take(place.end)
  }

  text(text: string): void {
    if (UNCOUNTED.has(this.#elements.last)) return
    const chars = text.replaceAll(/\s+/g, '').length
    if (chars === 0) return
    const isHidden = this.#depth !== undefined || this.#isUnseen
    if (isHidden && !this.#inPart) this.#parts++
    this.#inPart = isHidden
    this.#chars[isHidden ? 'hidden' : 'shown'] += chars
  }

  end(): ShownHtml {
    if (this.#depth === undefined) this.#keepTo(this.#html.length)
    const hidden = this.#chars.hidden < FEW_CHARS ? 0 : this.#parts
    return { html: this.#shown.join(''), hidden }
  }

  #isInvisibleBy(tag: string, { visibility }: ShownSettings): boolean {
    if (tag === 'html' || tag === 'body') return false
    return visibility === undefined ? this.#isInvisible : visibility === 'hides'
  }

  /** A table of a page in the manner of old browsers takes no size from around it. */
  #isSizelessBy(tag: string, settings: ShownSettings): boolean {
    const size = settings['font-size'] ?? (tag === 'table' ? 'shows' : undefined)
    return size === undefined ? this.#isSizeless : size === 'hides'
  }

  #isOutOfSightBy(tag: string, settings: ShownSettings): boolean {
    if (this.#isOutOfSight) return true
    // A script shows a page that its body hides. Fields are often out of sight below drawn ones.
    if (tag === 'html' || tag === 'body' || FIELDS.has(tag)) return false
    const isBlock = BLOCKS.has(tag) && !TABLE_PARTS.has(tag)
    return isOutOfSight(settings, { isBlock, hasScript: this.#hasScript })
  }

  get #isOutOfSight(): boolean {
    return this.#outOfSight[this.#elements.depth - 1] === true
  }

  get #isInvisible(): boolean {
    return this.#invisible[this.#elements.depth - 1] === true
  }

  get #isSizeless(): boolean {
    return this.#sizeless[this.#elements.depth - 1] === true
  }

  /** Whether nobody sees the words at this place. A picture among words without a size is seen. */
  get #isUnseen(): boolean {
    return this.#isInvisible || this.#isSizeless || this.#isOutOfSight
  }

  /** Closes elements. If the hidden part is among them, it ends at this place. */
  #leave(closed: number, at: number): void {
    if (this.#depth === undefined) {
      if (closed > 0) this.#keepTo(at)
    } else if (this.#elements.depth - closed < this.#depth) {
      this.#depth = undefined
      this.#done = at
    }
    this.#elements.close(closed)
  }

  /** Keeps the words up to a place, unless nobody sees them. */
  #keepTo(at: number): void {
    if (this.#isUnseen) this.#done = Math.max(this.#done, at)
    else this.#take(at)
  }

  #take(at: number): void {
    if (at > this.#done) this.#shown.push(this.#html.slice(this.#done, at))
    this.#done = Math.max(this.#done, at)
  }
}

function hides(tag: string, { display }: ShownSettings): boolean {
  if (NEVER_SHOWN.has(tag)) return true
  // A script shows a page that its body hides. The boxes of a form are often hidden below drawn ones.
  if (tag === 'html' || tag === 'body' || tag === 'input') return false
  return display === 'hides'
}
