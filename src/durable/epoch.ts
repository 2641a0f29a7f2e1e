/** Makes the epoch of a new storage: 8 random digits of base 36. */
export function mintEpoch(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8))
  return Array.from(bytes, (byte) => (byte % 36).toString(36)).join('')
}
