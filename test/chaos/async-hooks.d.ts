/** What the Worker of these scenarios needs of the module, which its types leave out. */
declare module 'node:async_hooks' {
  export class AsyncLocalStorage<T> {
    getStore(): T | undefined
    run<R>(store: T, work: () => R): R
  }
}
