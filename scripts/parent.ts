/**
 * Makes this child process end with its parent, however that one ends: the channel to it closes
 * even when it is killed. `end` is called once.
 */
export function endWithParent(end: () => void): void {
  // A terminal sends ^C to the whole group; the parent decides the order in which things end.
  process.on('SIGINT', () => undefined)
  process.once('disconnect', end)
  if (!process.connected) end()
}

/** Tells the parent that this child is ready, and where. */
export function tellParent(message: { readonly ready: string }): void {
  if (process.connected) process.send?.(message)
}
