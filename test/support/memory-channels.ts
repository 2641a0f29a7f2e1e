import type { TabMessage } from '../../src/client/tabs/tab-protocol.ts'
import type { TabChannel } from '../../src/client/tabs/tabs.ts'

type End = {
  readonly name: string
  readonly tab: string
  readonly listeners: ((event: { readonly data: TabMessage }) => void)[]
}

type Letter = { readonly from: string; readonly to: End; readonly said: TabMessage }

/**
 * The broadcast channels of tabs in one process. The test says which message is delivered next. As in a
 * browser, the messages of one tab keep their order, and those of several tabs have none.
 */
export class MemoryChannels {
  /** The kinds of all messages that tabs have posted, also those that nobody hears. */
  readonly posted: TabMessage['kind'][] = []
  readonly #ends = new Set<End>()
  readonly #frozen = new Set<string>()
  readonly #dead = new Set<string>()
  #letters: Letter[] = []

  open(tab: string, name: string): TabChannel {
    const end: End = { name, tab, listeners: [] }
    this.#ends.add(end)
    return {
      addEventListener: (_, listener) => end.listeners.push(listener),
      postMessage: (said) => this.#post(end, said),
      close: () => this.#close(end),
    }
  }

  /** Ends a tab. Its last messages, `lost` of them, are not delivered. */
  kill(tab: string, lost: number): void {
    this.#dead.add(tab)
    for (const end of this.#ends) if (end.tab === tab) this.#close(end)
    const sent = this.#letters.filter(({ from }) => from === tab)
    const late = new Set(sent.slice(Math.max(0, sent.length - lost)))
    this.#letters = this.#letters.filter((letter) => !late.has(letter))
  }

  /** A frozen tab gets no message until it is thawed, and then all of them. */
  freeze(tab: string): void {
    this.#frozen.add(tab)
  }

  thaw(tab: string): void {
    this.#frozen.delete(tab)
  }

  /** Delivers one of the messages that may be next. Returns false if there is none. */
  deliver(pick: number): boolean {
    const first = new Map<string, Letter>()
    for (const letter of this.#letters) {
      const way = `${letter.from} ${letter.to.tab}`
      if (!first.has(way) && !this.#frozen.has(letter.to.tab)) first.set(way, letter)
    }
    const next = [...first.values()]
    const letter = next[pick % Math.max(1, next.length)]
    if (letter === undefined) return false
    this.#letters = this.#letters.filter((one) => one !== letter)
    for (const listener of letter.to.listeners) listener({ data: letter.said })
    return true
  }

  #post(from: End, said: TabMessage): void {
    if (this.#dead.has(from.tab)) return
    this.posted.push(said.kind)
    if (!this.#ends.has(from)) throw new DOMException('it is closed', 'InvalidStateError')
    for (const to of this.#ends)
      if (to !== from && to.name === from.name)
        this.#letters.push({ from: from.tab, to, said: structuredClone(said) })
  }

  #close(end: End): void {
    this.#ends.delete(end)
    this.#letters = this.#letters.filter(({ to }) => to !== end)
  }
}
