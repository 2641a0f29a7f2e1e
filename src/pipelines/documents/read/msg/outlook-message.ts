import { DocumentFailure } from '../../document-failure.ts'
import { CompoundFile, type Storage } from '../compound/compound-file.ts'
import { FIXED_FROM, ItemProperties, PROPERTY } from './item-properties.ts'

const NOT_A_MESSAGE =
  'This file is called .msg but is no message of Outlook. Open it in the program that made it, and save it as PDF.'

/** A message that was opened, with the storage of its whole file. */
export class OutlookMessage {
  readonly root: Storage
  readonly properties: ItemProperties

  /** Opens a message's file. Throws a DocumentFailure if it is none, or is damaged. */
  constructor(bytes: Uint8Array) {
    this.root = new CompoundFile(bytes).root
    if (!this.root.streams.some((name) => name.startsWith('__properties_version')))
      throw new DocumentFailure('unsupported', NOT_A_MESSAGE)
    this.properties = new ItemProperties(this.root, FIXED_FROM.message)
  }

  get recipients(): readonly ItemProperties[] {
    return this.#parts('__recip_version')
  }

  get attachments(): readonly ItemProperties[] {
    return this.#parts('__attach_version')
  }

  /** What kind of item it is: IPM.Note is a message, IPM.Appointment an appointment. */
  get item_class(): string {
    return this.properties.text(PROPERTY.message_class)
  }

  /** The parts of one sort in the order of their numbers. */
  #parts(prefix: string): ItemProperties[] {
    const { code_page } = this.properties
    return this.root.storages
      .filter(({ name }) => name.startsWith(prefix))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1))
      .map((storage) => new ItemProperties(storage, FIXED_FROM.part, code_page))
  }
}
