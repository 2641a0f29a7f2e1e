import { Timer } from '../timer.ts'

const EVERY_MS = 250
const BYTES = 16_384

/** Tells the server how far a socket's reader is (W-1): seldom, but always the last soon. */
export class Acknowledgements {
  readonly #send: (cursor: string) => void
  #cursor = ''
  #taken = 0
  readonly #timer = new Timer()

  constructor(send: (cursor: string) => void) {
    this.#send = send
  }

  /**
   * A message was taken; with an id, everything up to it was. Messages without one, which are the pages of
   * a listing, are acknowledged by an empty cursor, where they are large.
   */
  took(bytes: number, id = ''): void {
    this.#taken += bytes
    if (id !== '') this.#cursor = id
    if (this.#taken >= BYTES) this.#tell(id)
    else if (id !== '' && !this.#timer.isSet)
      this.#timer.set(EVERY_MS, () => this.#tell(this.#cursor))
  }

  stop(): void {
    this.#timer.clear()
  }

  #tell(cursor: string): void {
    if (cursor !== '') this.stop()
    this.#taken = 0
    this.#send(cursor)
  }
}
