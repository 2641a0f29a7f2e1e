/**
 * Maps whose writes can be undone, the newest first. A transaction that throws undoes its own writes. A
 * crash undoes the writes of all transactions since the last sync.
 */
export class Journal {
  private undos: (() => void)[] | undefined
  private unsynced: (() => void)[] = []
  private readonly written = new Set<Map<unknown, unknown>>()

  get isSynced(): boolean {
    return this.unsynced.length === 0
  }

  /** Keeps everything written so far, even after a crash. */
  sync(): void {
    this.unsynced = []
  }

  /** Crashes: undoes everything written since the last sync. */
  crash(): void {
    for (const undo of this.unsynced.splice(0).toReversed()) undo()
  }

  transaction<T>(work: () => T): T {
    if (this.undos !== undefined) throw new Error('a transaction is open already')
    const undos: (() => void)[] = []
    this.undos = undos
    try {
      const answer = work()
      for (const undo of undos) this.unsynced.push(undo)
      return answer
    } catch (error) {
      for (const undo of undos.toReversed()) undo()
      throw error
    } finally {
      this.undos = undefined
    }
  }

  /** Empties every map that was written to, except for this one. */
  clear(kept: Map<unknown, unknown>): void {
    for (const map of this.written) {
      if (map !== kept) for (const key of map.keys()) this.delete(map, key)
    }
  }

  set<K, V>(map: Map<K, V>, key: K, value: V): void {
    this.written.add(map)
    const known = map.has(key)
    const before = map.get(key)
    this.note(() => {
      if (known && before !== undefined) map.set(key, before)
      else map.delete(key)
    })
    map.set(key, value)
  }

  /**
   * Deletes an entry. If the deletion is undone, the entry comes to the end of the map; nothing relies on
   * the order.
   */
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
