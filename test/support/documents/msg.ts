import CFB from 'cfb'

type Value = string | number | Date | Uint8Array
type Properties = Readonly<Record<number, Value>>

export type MessageParts = {
  readonly properties: Properties
  readonly recipients?: readonly Properties[]
  readonly attachments?: readonly (Properties & { readonly message?: MessageParts })[]
  /** The names of appointments that properties have which have no number: the first one is that of 0x8000. */
  readonly appointmentNames?: readonly number[]
  /** Writes the texts in the bytes of an older encoding, one byte a character. */
  readonly bytes?: boolean
}

/** Makes a message of Outlook. A number of a property has its value: a text, a number, a time or bytes. */
export function msg(parts: MessageParts): Uint8Array<ArrayBuffer> {
  const file = CFB.utils.cfb_new()
  CFB.utils.cfb_del(file, '/\u0001Sh33tJ5')
  write(file, parts, { path: '', head: 32 })
  if (parts.appointmentNames !== undefined) writeNames(file, parts.appointmentNames)
  return Uint8Array.from(CFB.write(file, { type: 'array' }))
}

/** The set of names of appointments (PSETID_Appointment). */
const APPOINTMENTS = [2, 0x20, 6, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46]

function writeNames(file: CFB.CFB$Container, names: readonly number[]): void {
  const entries = names.flatMap((name, at) => [name & 255, name >> 8, 0, 0, 3 << 1, 0, at, 0])
  add(file, '/__nameid_version1.0/__substg1.0_00020102', Uint8Array.from(APPOINTMENTS))
  add(file, '/__nameid_version1.0/__substg1.0_00030102', Uint8Array.from(entries))
}

type Place = { readonly path: string; readonly head: number; readonly bytes?: boolean }

function write(file: CFB.CFB$Container, parts: MessageParts, { path, head }: Place): void {
  const { properties, recipients = [], attachments = [], bytes = false } = parts
  writeProperties(file, properties, { path, head, bytes })
  for (const [n, recipient] of recipients.entries())
    writeProperties(file, recipient, {
      path: `${path}/__recip_version1.0_#${nth(n)}`,
      head: 8,
      bytes,
    })
  for (const [n, { message, ...attachment }] of attachments.entries()) {
    const inner = `${path}/__attach_version1.0_#${nth(n)}`
    writeProperties(file, attachment, { path: inner, head: 8, bytes })
    if (message !== undefined)
      write(file, message, { path: `${inner}/__substg1.0_3701000D`, head: 24 })
  }
}

const nth = (n: number) => n.toString(16).toUpperCase().padStart(8, '0')

function writeProperties(file: CFB.CFB$Container, properties: Properties, place: Place): void {
  const { path, head, bytes = false } = place
  const fixed: Uint8Array[] = [new Uint8Array(head)]
  for (const [id, value] of Object.entries(properties)) {
    if (typeof value === 'number' || value instanceof Date) {
      fixed.push(fixedOf(Number(id), value))
      continue
    }
    const type = typeof value !== 'string' ? '0102' : bytes ? '001E' : '001F'
    const name = `__substg1.0_${Number(id).toString(16).toUpperCase().padStart(4, '0')}${type}`
    add(file, `${path}/${name}`, typeof value === 'string' ? textOf(value, bytes) : value)
  }
  add(file, `${path}/__properties_version1.0`, joined(fixed))
}

function add(file: CFB.CFB$Container, path: string, content: Uint8Array): void {
  CFB.utils.cfb_add(file, path, content, { unsafe: true })
}

function fixedOf(id: number, value: number | Date): Uint8Array {
  const view = new DataView(new ArrayBuffer(16))
  view.setUint16(0, typeof value === 'number' ? 0x0003 : 0x0040, true)
  view.setUint16(2, id, true)
  if (typeof value === 'number') view.setUint32(8, value, true)
  else view.setBigUint64(8, (BigInt(value.getTime()) + 11_644_473_600_000n) * 10_000n, true)
  return new Uint8Array(view.buffer)
}

function textOf(text: string, bytes: boolean): Uint8Array {
  if (bytes) return Uint8Array.from(text, (char) => char.charCodeAt(0))
  const view = new DataView(new ArrayBuffer(text.length * 2))
  for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), true)
  return new Uint8Array(view.buffer)
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}
