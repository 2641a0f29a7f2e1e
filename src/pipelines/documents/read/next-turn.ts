/**
 * Lets everything else have its turn, and ends with the signal, if there is one. Where a clock stands
 * still while code runs, as at the edge, no timer fires and no report leaves without this.
 */
export async function nextTurn(signal?: AbortSignal): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, 0)
  })
  signal?.throwIfAborted()
}
