import { readTags } from '../../html/tags.ts'
import { type BoardAt, boardAt } from '../sources/board-at.ts'

/** What a page of a company's own says of the platform behind it. */
type Markers = {
  /** The boards that the page embeds or links to, the likeliest first. */
  readonly boards: readonly MarkedBoard[]
  /** The platform whose files the page loads. */
  readonly served: ServedBy | undefined
}

export type MarkedBoard = BoardAt & { readonly embedded: boolean; readonly weight: number }

/** `type`: the source that reads the platform's boards on domains of their own. */
export type ServedBy = { readonly platform: string; readonly type?: 'teamtailor' | 'recruitee' }

/** The hosts from which the pages of a platform load their files. */
const FILE_HOSTS: readonly (readonly [domain: string, ServedBy])[] = [
  ['teamtailor-cdn.com', { platform: 'Teamtailor', type: 'teamtailor' }],
  ['recruiteecdn.com', { platform: 'Recruitee', type: 'recruitee' }],
  ['phenompeople.com', { platform: 'Phenom' }],
  ['vscdn.net', { platform: 'Eightfold' }],
  ['talentbrew.com', { platform: 'Radancy' }],
  ['rmkcdn.successfactors.com', { platform: 'SuccessFactors' }],
  ['jobs2web.com', { platform: 'SuccessFactors' }],
  ['comeet.co', { platform: 'Comeet' }],
]

/** Scripts that name a board without its address. */
const NAMED = [
  [/\baccountName["']?\s{0,9}:\s{0,9}["']([\w.-]{1,100})["']/, 'https://jobs.lever.co/'],
  [
    /\bcompany_code["']?\s{0,9}:\s{0,9}["']([\w.-]{1,100})["']/,
    'https://jobs.smartrecruiters.com/',
  ],
] as const

/** Which scripts those are: the names alone could mean anything. */
const NAMERS = ['lever', 'smartrecruiters']

const EMBED = 10
/** No page needs as many. */
const MAX_ADDRESSES = 20_000

/** Reads the markers of a page. A page that links to the boards of several companies names none. */
export function readMarkers(html: string, url: string): Markers {
  const reader = new AddressReader()
  readTags(html, reader)
  const base = URL.parse(url)
  const found = new Map<string, MarkedBoard>()
  let served: ServedBy | undefined
  for (const { text, embedded } of [...reader.addresses, ...addressesIn(reader.script)]) {
    const address = URL.parse(text, base ?? undefined)
    if (!address) continue
    if (embedded) served ??= servedBy(address)
    const board = boardAt(address)
    if (board) weigh(found, board, embedded)
  }
  return { boards: likeliest([...found.values()]), served }
}

function weigh(found: Map<string, MarkedBoard>, board: BoardAt, embedded: boolean): void {
  const key = `${board.platform} ${board.board}`
  const known = found.get(key)
  const weight = (known?.weight ?? 0) + (embedded ? EMBED : 1)
  found.set(key, { ...board, weight, embedded: embedded || known?.embedded === true })
}

/** A board is the page's own if the page embeds it, or if most of its links to boards lead there. */
function likeliest(boards: readonly MarkedBoard[]): readonly MarkedBoard[] {
  const ranked = boards.toSorted(
    (a, b) =>
      b.weight - a.weight || Number(b.source !== undefined) - Number(a.source !== undefined),
  )
  const all = boards.reduce((sum, { weight }) => sum + weight, 0)
  const [first] = ranked
  return first && (first.embedded || first.weight * 2 > all) ? ranked : []
}

function servedBy({ hostname }: URL): ServedBy | undefined {
  return FILE_HOSTS.find(([domain]) => hostname === domain || hostname.endsWith(`.${domain}`))?.[1]
}

type PageAddress = { readonly text: string; readonly embedded: boolean }

/** Reads the addresses in a page's scripts. JSON escapes their slashes. */
function addressesIn(script: string): PageAddress[] {
  const plain = script.replaceAll(String.raw`\/`, '/')
  const written = (plain.match(/https?:\/\/[^\s"'<>\\`()]+/gi) ?? []).slice(0, MAX_ADDRESSES)
  const named = NAMED.flatMap(([pattern, address], at) => {
    const name = plain.includes(NAMERS[at] ?? '') ? pattern.exec(plain)?.[1] : undefined
    return name === undefined ? [] : [address + name]
  })
  return [...written, ...named].map((text) => ({ text, embedded: true }))
}

const EMBEDDING = new Set(['script', 'iframe', 'frame', 'embed', 'object', 'link', 'form'])

class AddressReader {
  readonly addresses: PageAddress[] = []
  script = ''
  #inScript = false

  open = (name: string, attributes: ReadonlyMap<string, string>): void => {
    this.#inScript = name === 'script'
    const embedded = EMBEDDING.has(name)
    for (const [attribute, value] of attributes) {
      if (this.addresses.length >= MAX_ADDRESSES) return
      if (/^(?:src|href|action|data)$/.test(attribute) || value.includes('//'))
        this.addresses.push({ text: value, embedded: embedded || attribute.startsWith('data-') })
      if (attribute === 'data-domain')
        this.addresses.push({ text: `https://${value}/`, embedded: true })
    }
  }

  text = (text: string): void => {
    if (this.#inScript) this.script += text
  }

  close = (): void => {
    this.#inScript = false
  }
}
