/** Maps whose writes can be taken back, newest first. */
export class Journal {
  private undos: (() => void)[] | undefined

  transaction<T>(work: () => T): T {
    if (this.undos !== undefined) throw new Error('a transaction is open already')
    const undos: (() => void)[] = []
    this.undos = undos
    try {
      return work()
    } catch (error) {
      for (const undo of undos.toReversed()) undo()
      throw error
    } finally {
      this.undos = undefined
    }
  }

  set<K, V>(map: Map<K, V>, key: K, value: V): void {
    const known = map.has(key)
    const before = map.get(key)
    this.note(() => {
      if (known && before !== undefined) map.set(key, before)
      else map.delete(key)
    })
    map.set(key, value)
  }

  /** Taken back, it stands at the end of the map: nobody relies on the order of one. */
  delete<K, V>(map: Map<K, V>, key: K): void {
    const before = map.get(key)
    if (before === undefined) return
    this.note(() => map.set(key, before))
    map.delete(key)
  }

  private note(undo: () => void): void {
    if (this.undos === undefined) throw new Error('nothing is written outside a transaction')
    this.undos.push(undo)
  }
}
