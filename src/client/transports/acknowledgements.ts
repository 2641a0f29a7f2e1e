import { Timer } from '../timer.ts'

type Limits = { readonly every_ms: number; readonly bytes: number }

const usual: Limits = { every_ms: 250, bytes: 16_384 }

/** Tells the server how far a socket's reader is (W-1): seldom, but always the last soon. */
export class Acknowledgements {
  readonly #send: (cursor: string) => void
  readonly #limits: Limits
  #cursor: string | undefined
  #taken = 0
  readonly #timer = new Timer()

  constructor(send: (cursor: string) => void, limits: Limits = usual) {
    this.#send = send
    this.#limits = limits
  }

  /** A message was taken; with an id, everything up to it was. */
  took(bytes: number, id: string | undefined): void {
    this.#taken += bytes
    if (id === undefined) return this.#tookPage()
    this.#cursor = id
    if (this.#taken >= this.#limits.bytes) this.#tell()
    else if (!this.#timer.isSet) this.#timer.set(this.#limits.every_ms, () => this.#tell())
  }

  stop(): void {
    this.#timer.clear()
  }

  /** What carries no id is acknowledged by an empty one, where it is much: pages of a listing. */
  #tookPage(): void {
    if (this.#taken < this.#limits.bytes) return
    this.#taken = 0
    this.#send('')
  }

  #tell(): void {
    this.#timer.clear()
    this.#taken = 0
    if (this.#cursor !== undefined) this.#send(this.#cursor)
  }
}
