import { SharedRun, type Watching } from './shared-run.ts'

/** The runs that some component follows at the moment, by what is wanted of them. */
export class RunCache {
  readonly #runs = new Map<string, SharedRun>()

  find(key: string): SharedRun | undefined {
    return this.#runs.get(key)
  }

  subscribe(key: string, watching: Watching, listener: () => void): () => void {
    const run = this.#runs.get(key) ?? this.#add(key, watching)
    const leave = run.subscribe(listener)
    return () => {
      leave()
      // Components that go while others come, within one turn, share a run all the same.
      queueMicrotask(() => this.#settle(key, run))
    }
  }

  #add(key: string, watching: Watching): SharedRun {
    const run = new SharedRun(watching)
    this.#runs.set(key, run)
    return run
  }

  #settle(key: string, run: SharedRun): void {
    if (run.isUsed || this.#runs.get(key) !== run) return
    this.#runs.delete(key)
    run.end()
  }
}
