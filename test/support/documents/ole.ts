/** Makes an OLE container, the format of Word before 2007, whose directory has these names. */
export function ole(...names: string[]): Uint8Array<ArrayBuffer> {
  const file = Buffer.alloc(512 * 3)
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(file)
  file.writeUInt16LE(9, 30)
  for (const [at, name] of names.entries()) {
    const entry = file.subarray(512 + at * 128)
    entry.write(name, 'utf16le')
    entry.writeUInt16LE(name.length * 2 + 2, 64)
  }
  return new Uint8Array(file)
}
