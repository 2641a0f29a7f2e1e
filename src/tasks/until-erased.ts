const TRIES = 3

/** Erases an object. An object that had something ends with an error, so that the next call finds it empty. */
export async function untilErased(erase: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await erase()
    } catch (error) {
      if (tries === TRIES) throw error
    }
  }
}
