import CFB from 'cfb'

import { DocumentFailure } from '../../document-failure.ts'
import type { Storage } from '../compound/compound-file.ts'
import { FIXED_FROM } from './item-properties.ts'

/** The most storages and streams of an embedded message, and the deepest of them. A circle of storages has no end. */
export const EMBEDDED_LIMITS = { entries: 5_000, depth: 32 }

const FIXED = '__properties_version1.0'
/** The names of the properties that have no number. An embedded message has those of the whole file. */
const NAMES = '__nameid_version1.0'
/** The class of Outlook's messages. */
const MESSAGE_CLASS = '0B0D020000000000C000000000000046'

/** Makes a file of its own of a message that is embedded in another one. */
export function embeddedFile(message: Storage, whole: Storage, most_bytes: number): Uint8Array {
  const file = CFB.utils.cfb_new({ CLSID: MESSAGE_CLASS })
  // The library adds this stream to each new file.
  CFB.utils.cfb_del(file, '/\u0001Sh33tJ5')
  const copy = new StorageCopy(file, most_bytes)
  const names = whole.storages.find(({ name }) => name === NAMES)
  if (names !== undefined) copy.storage(names, `/${NAMES}`, 0)
  copy.storage(message, '', 0)
  return Uint8Array.from(CFB.write(file, { type: 'array' }))
}

class StorageCopy {
  readonly #file: CFB.CFB$Container
  #bytes: number
  #entries = EMBEDDED_LIMITS.entries

  constructor(file: CFB.CFB$Container, most_bytes: number) {
    this.#file = file
    this.#bytes = most_bytes
  }

  storage(from: Storage, path: string, depth: number): void {
    if (depth > EMBEDDED_LIMITS.depth) throw new DocumentFailure('damaged')
    for (const name of from.streams) {
      const content = from.stream(name) ?? new Uint8Array(0)
      this.#add(`${path}/${name}`, path === '' && name === FIXED ? ofFile(content) : content)
    }
    for (const inner of from.storages)
      if (path !== '' || inner.name !== NAMES)
        this.storage(inner, `${path}/${inner.name}`, depth + 1)
  }

  #add(path: string, content: Uint8Array): void {
    this.#entries -= 1
    this.#bytes -= content.length
    if (this.#entries < 0 || this.#bytes < 0) throw new DocumentFailure('too_large')
    CFB.utils.cfb_add(this.#file, path, content, { unsafe: true })
  }
}

/** The head of a file's fixed properties is eight bytes longer than that of an embedded message. */
function ofFile(fixed: Uint8Array): Uint8Array {
  const longer = new Uint8Array(fixed.length + FIXED_FROM.message - FIXED_FROM.embedded)
  longer.set(fixed.subarray(0, FIXED_FROM.embedded))
  longer.set(fixed.subarray(FIXED_FROM.embedded), FIXED_FROM.message)
  return longer
}
