/** Reads the number of the passage that the hash of an address names. */
export function passageIn(hash: string | undefined): number | undefined {
  const n = /^#?passage-(\d{1,7})$/.exec(hash ?? '')?.[1]
  return n === undefined ? undefined : Number(n)
}
