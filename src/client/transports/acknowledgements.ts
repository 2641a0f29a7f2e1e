import { Timer } from '../timer.ts'

const EVERY_MS = 250
const BYTES = 16_384

/** Tells the server how far a socket's reader is (W-1): seldom, but always the last soon. */
export class Acknowledgements {
  readonly #send: (cursor: string) => void
  #cursor: string | undefined
  #taken = 0
  readonly #timer = new Timer()

  constructor(send: (cursor: string) => void) {
    this.#send = send
  }

  /** A message was taken; with an id, everything up to it was. */
  took(bytes: number, id: string | undefined): void {
    this.#taken += bytes
    if (id === undefined) return this.#tookPage()
    this.#cursor = id
    if (this.#taken >= BYTES) this.#tell()
    else if (!this.#timer.isSet) this.#timer.set(EVERY_MS, () => this.#tell())
  }

  stop(): void {
    this.#timer.clear()
  }

  /** What carries no id is acknowledged by an empty one, where it is much: pages of a listing. */
  #tookPage(): void {
    if (this.#taken < BYTES) return
    this.#taken = 0
    this.#send('')
  }

  #tell(): void {
    this.#timer.clear()
    this.#taken = 0
    if (this.#cursor !== undefined) this.#send(this.#cursor)
  }
}
