import { hex } from '../../../src/digest.ts'
import { joinBytes } from '../../../src/join-bytes.ts'
import { md5 } from './md5.ts'
import { fromBytes, joined, latin1, objectsOf, type PdfPlan } from './pdf.ts'

/** The bytes that fill a password up to 32 bytes. */
const PADDING = latin1(
  '\x28\xbf\x4e\x5e\x4e\x75\x8a\x41\x64\x00\x4e\x56\xff\xfa\x01\x08\x2e\x2e\x00\xb6\xd0\x68\x3e\x80\x2f\x0c\xa9\xfe\x64\x53\x69\x7a',
)
const ID = new Uint8Array(16).fill(7)
const PERMISSIONS = -4
/** The permissions of /P as four bytes, the lowest first. */
const FLAGS = new Uint8Array([252, 255, 255, 255])

/** Makes a PDF that opens only with this password. It uses PDF's oldest encryption. */
export function encryptedPdf(plan: PdfPlan, password: string): Uint8Array<ArrayBuffer> {
  const padded = joinBytes([latin1(password), PADDING]).subarray(0, 32)
  const owner = rc4(md5(padded).subarray(0, 5), padded)
  const key = md5(joinBytes([padded, owner, FLAGS, ID])).subarray(0, 5)
  const user = rc4(key, PADDING)
  const extra = `/ID[${hexed(ID)}${hexed(ID)}]/Encrypt<</Filter/Standard/V 1/R 2/Length 40/P ${PERMISSIONS}/O${hexed(owner)}/U${hexed(user)}>>`
  const objects = objectsOf(plan).map((object, at) => encryptStream(object, keyOf(key, at + 1)))
  return joined('', objects, extra)
}

function encryptStream(object: string, key: Uint8Array): string {
  return object.replace(/(?<=\nstream\n)[^]*(?=\nendstream)/, (content) =>
    fromBytes(rc4(key, latin1(content))),
  )
}

/** Derives an object's key, because each object has a key of its own. */
function keyOf(key: Uint8Array, object: number): Uint8Array {
  const place = new Uint8Array([object & 255, object >> 8, 0, 0, 0])
  return md5(joinBytes([key, place])).subarray(0, 10)
}

function hexed(bytes: Uint8Array): string {
  return `<${hex(bytes)}>`
}

function rc4(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  const state = Array.from({ length: 256 }, (_, at) => at)
  const swap = (a: number, b: number) => ([state[a], state[b]] = [state[b] ?? 0, state[a] ?? 0])
  for (let at = 0, mix = 0; at < 256; at++) {
    mix = (mix + (state[at] ?? 0) + (key[at % key.length] ?? 0)) & 255
    swap(at, mix)
  }
  let first = 0
  let second = 0
  const mixed = bytes.map((byte) => {
    first = (first + 1) & 255
    second = (second + (state[first] ?? 0)) & 255
    swap(first, second)
    return byte ^ (state[((state[first] ?? 0) + (state[second] ?? 0)) & 255] ?? 0)
  })
  return mixed
}
