/** Each item's answer in the item's place, so many at a time. After a failure none is begun. */
export async function sideBySide<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  lanes: number,
): Promise<R[]> {
  const answers: R[] = []
  let left = items.entries()
  const run = async () => {
    for (let next = left.next(); !next.done; next = left.next()) {
      const [at, item] = next.value
      answers[at] = await work(item)
    }
  }
  try {
    await Promise.all(Array.from({ length: lanes }, run))
  } finally {
    left = [].entries()
  }
  return answers
}
