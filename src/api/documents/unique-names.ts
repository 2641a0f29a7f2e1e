/** Gives each file of a ZIP a name of its own: the second `lease.pdf` is `lease (2).pdf`. */
export class UniqueNames {
  readonly #taken = new Set<string>()

  take(name: string): string {
    const [, stem = name, ending = ''] = /^(.+?)(\.[^.]{1,10})$/.exec(name) ?? []
    let free = name
    for (let n = 2; this.#taken.has(keyOf(free)); n++) free = `${stem} (${n})${ending}`
    this.#taken.add(keyOf(free))
    return free
  }
}

/** Windows and macOS do not tell capitals apart. */
function keyOf(name: string): string {
  return name.normalize('NFC').toLowerCase()
}
