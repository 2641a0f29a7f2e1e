import { DocumentFailure } from '../../document-failure.ts'
import { raisedDigits } from '../../text/raised-digits.ts'
import type { TextBuilder } from '../../text/text-builder.ts'
import { encodingOfCodePage, RtfBytes } from './rtf-encoding.ts'
import { RtfHeader } from './rtf-header.ts'
import { RtfLettering } from './rtf-lettering.ts'
import { type RtfPicture, RtfPictures } from './rtf-picture.ts'
import { signsOf, type SymbolFont } from './rtf-signs.ts'
import { RtfText } from './rtf-text.ts'
import type { RtfToken } from './rtf-tokens.ts'
import {
  APART,
  BREAKS,
  CHARACTERS,
  type Destination,
  DESTINATIONS,
  NEW_TEXT,
  NO_TEXT,
  PICTURES,
  SHOWN,
  SYMBOLS,
} from './rtf-words.ts'

type RtfGroup = {
  readonly destination: Destination
  readonly font: number
  readonly hidden: boolean
  /** Whether a change that was not accepted yet removes the text. */
  readonly deleted: boolean
  readonly raised: boolean
  /** The number of characters that stand for a character of Unicode in old programs. */
  readonly fallback: number
}

/** No program nests groups as deeply as this. */
const MAX_DEPTH = 10_000

/** Reads the tokens of an RTF into a text. */
export class RtfReader {
  readonly text: RtfText
  readonly #header = new RtfHeader()
  readonly #bytes = new RtfBytes()
  readonly #outer: RtfGroup[] = []
  #group: RtfGroup = {
    destination: 'text',
    font: -1,
    hidden: false,
    deleted: false,
    raised: false,
    fallback: 1,
  }
  /** The last character that was shown. Empty at the beginning of a line. */
  #last = ''
  #encoding = 'windows-1252'
  #defaultFont = -1
  #starred = false
  #skip = 0
  #title = ''
  readonly #lost = { comments: 0, embedded: 0, hidden: 0 }
  #isInHidden = false
  readonly #lettering = new RtfLettering()
  readonly #pictures = new RtfPictures()

  constructor(builder: TextBuilder) {
    this.text = new RtfText(builder, this.#header)
  }

  get title(): string {
    return this.#title
  }

  get lost(): Readonly<Record<'comments' | 'embedded' | 'hidden', number>> {
    return this.#lost
  }

  /** The number of groups that are open. */
  get depth(): number {
    return this.#outer.length
  }

  /** Returns the picture that the last token ended. */
  takePicture(): RtfPicture | undefined {
    return this.#pictures.take()
  }

  take(token: RtfToken): void {
    switch (token.kind) {
      case 'open':
        return this.#open()
      case 'close':
        return this.#close()
      case 'byte':
        return this.#byte(token.byte)
      case 'text':
        return this.#plain(token.text)
      case 'symbol':
        return this.#symbol(token.symbol)
      case 'raw':
        return this.#raw(token.bytes)
      case 'word':
        return this.#word(token.word, token.value)
    }
  }

  #open(): void {
    this.#flush()
    if (this.#outer.length === MAX_DEPTH) throw new DocumentFailure('damaged')
    this.#outer.push(this.#group)
    this.#skip = 0
  }

  #close(): void {
    this.#flush()
    const ended = this.#group
    this.#group = this.#outer.pop() ?? ended
    this.#skip = 0
    if (ended.destination === this.#group.destination) return
    if (ended.destination === 'note') this.text.endNote()
    else if (ended.destination === 'header' || ended.destination === 'footer')
      this.text.endEdge(ended.destination)
    else if (ended.destination === 'box') this.text.endBox()
    else if (ended.destination === 'field') this.#show(this.text.field.take())
    else if (ended.destination === 'picture') this.#pictures.endPicture()
    else if (ended.destination === 'tag') this.#pictures.endTag()
    else if (ended.destination === 'value' && this.#isShown()) this.#showLettering()
  }

  #showLettering(): void {
    const words = this.#lettering.take()
    if (words !== '') this.text.showPicture([words])
  }

  #isShown(): boolean {
    const { destination, hidden, deleted } = this.#group
    return SHOWN.has(destination) && !hidden && !deleted
  }

  #plain(text: string): void {
    const from = Math.min(this.#skip, text.length)
    this.#skip -= from
    const shown = text.slice(from)
    const symbols = this.#symbolFont()
    if (symbols !== undefined) return this.#show(signsOf(shown, symbols))
    // oxlint-disable-next-line no-control-regex -- the pattern finds bytes of ASCII
    if (this.#bytes.isEmpty && /^[\x00-\x7f]*$/.test(shown)) return this.#show(shown)
    for (const char of shown) this.#add(char.charCodeAt(0))
  }

  #raw(bytes: string): void {
    if (this.#group.destination === 'picture') this.#pictures.raw(bytes)
  }

  #byte(byte: number): void {
    const symbols = this.#symbolFont()
    if (this.#skip > 0) this.#skip--
    else if (symbols === undefined) this.#add(byte)
    else this.#show(signsOf(String.fromCharCode(byte), symbols))
  }

  #add(byte: number): void {
    const encoding = this.#encodingNow()
    if (!this.#bytes.takes(encoding)) this.#flush()
    this.#bytes.add(byte, encoding)
  }

  get #font(): number {
    return this.#group.font === -1 ? this.#defaultFont : this.#group.font
  }

  #encodingNow(): string {
    return this.#header.encodingOf(this.#font) ?? this.#encoding
  }

  /** The font of signs in which a text is shown. Names in the tables are not. */
  #symbolFont(): SymbolFont | undefined {
    return SHOWN.has(this.#group.destination) ? this.#header.symbolFontOf(this.#font) : undefined
  }

  #flush(): void {
    if (!this.#bytes.isEmpty) this.#show(this.#bytes.take())
  }

  #symbol(symbol: string): void {
    this.#flush()
    if (symbol === '*') this.#starred = true
    else if (symbol === '\n' || symbol === '\r') this.#word('par', undefined)
    else if (this.#skip > 0) this.#skip--
    else this.#show(SYMBOLS[symbol] ?? '')
  }

  #show(text: string): void {
    const { destination, hidden } = this.#group
    if (!SHOWN.has(destination)) return this.#keep(destination, text)
    if (!this.#isShown()) {
      if (hidden && /[\p{L}\p{N}]/u.test(text)) this.#hide()
    } else if (text !== '') {
      const raised = this.#group.raised ? raisedDigits(text, this.#last) : undefined
      this.text.show(raised ?? text)
      this.#last = text.slice(-1)
      this.#isInHidden = false
    }
  }

  #hide(): void {
    if (!this.#isInHidden) this.#lost.hidden++
    this.#isInHidden = true
  }

  /** Takes a text that is not shown where it stands. */
  #keep(destination: Destination, text: string): void {
    if (destination === 'fonts') this.#header.fontText(text)
    else if (destination === 'styles') this.#header.styleText(text)
    else if (destination === 'list-label') this.#header.lists.labelText(text)
    else if (destination === 'title') this.#title += text
    else if (destination === 'entry') this.text.field.entry(text)
    else if (destination === 'picture') this.#pictures.hex(text)
    else if (destination === 'tag') this.#pictures.tag(text)
    else if (destination === 'property') this.#lettering.name(text)
    else if (destination === 'value') this.#lettering.value(text)
  }

  #word(word: string, value: number | undefined): void {
    this.#flush()
    const starred = this.#starred
    this.#starred = false
    if (this.#begins(word, starred)) return
    const { destination } = this.#group
    if (destination === 'field') this.text.field.word(word, value)
    else this.#header.word(destination, word, value)
    if (destination !== 'none') this.#act(word, value)
  }

  /** Begins a destination. Returns false for a word that is none. */
  #begins(word: string, starred: boolean): boolean {
    const known = DESTINATIONS.get(word)
    this.#count(word)
    if (NO_TEXT.has(word)) return this.#go('none')
    if (starred && !NEW_TEXT.has(word)) return this.#go('none')
    if (known === undefined || this.#group.destination === 'none') return false
    if (PICTURES.has(known) && this.#group.hidden) return this.#go('none')
    this.#prepare(known)
    return this.#go(known)
  }

  #count(word: string): void {
    if (word === 'annotation') this.#lost.comments++
    if (word === 'object') this.#lost.embedded++
  }

  #prepare(destination: Destination): void {
    if (PICTURES.has(destination)) this.#pictures.begin()
    else if (destination === 'note') this.text.beginNote()
    else if (destination === 'number') this.text.beginNumber()
    else if (destination === 'property') this.#lettering.begin()
    else if (destination === 'list-label') this.#header.lists.beginLabel()
    else if (APART.has(destination)) this.text.beginApart()
  }

  #go(destination: Destination): true {
    this.#group = { ...this.#group, destination }
    return true
  }

  #act(word: string, value: number | undefined): void {
    const setting = this.#settings.get(word)
    if (setting) return setting(value)
    if (!SHOWN.has(this.#group.destination)) return
    const character = CHARACTERS[word]
    if (character !== undefined) this.#show(character)
    else if (this.#isShown() || word === 'pard') {
      if (BREAKS.has(word)) this.#last = ''
      this.text.takesWord(word, value)
    }
  }

  readonly #settings: ReadonlyMap<string, (value: number | undefined) => void> = new Map<
    string,
    (value: number | undefined) => void
  >([
    ['ansicpg', (value) => void (this.#encoding = encodingOfCodePage(value ?? 1_252))],
    ['pc', () => void (this.#encoding = encodingOfCodePage(437))],
    ['pca', () => void (this.#encoding = encodingOfCodePage(850))],
    ['mac', () => void (this.#encoding = 'macintosh')],
    ['deff', (value) => void (this.#defaultFont = value ?? 0)],
    ['f', (value) => this.#set({ font: value ?? 0 })],
    ['plain', () => this.#set({ hidden: false, deleted: false, raised: false, font: -1 })],
    ['super', (value) => this.#set({ raised: value !== 0 })],
    ['up', (value) => this.#set({ raised: value !== 0 })],
    ['sub', () => this.#set({ raised: false })],
    ['nosupersub', () => this.#set({ raised: false })],
    ['v', (value) => this.#set({ hidden: value !== 0 })],
    ['deleted', (value) => this.#set({ deleted: value !== 0 })],
    ['uc', (value) => this.#set({ fallback: Math.max(0, value ?? 1) })],
    ['u', (value) => this.#unicode(value ?? 0)],
  ])

  #set(change: Partial<RtfGroup>): void {
    this.#group = { ...this.#group, ...change }
  }

  #unicode(value: number): void {
    const char = String.fromCharCode(value & 0xffff)
    const symbols = this.#symbolFont()
    this.#show(symbols === undefined ? char : signsOf(char, symbols))
    this.#skip = this.#group.fallback
  }
}
