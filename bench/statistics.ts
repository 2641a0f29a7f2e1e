/** Returns the smallest value that at least the share `p` (0 to 1) of all values does not exceed. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const value = sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)]
  if (value === undefined) throw new RangeError('there is no value to choose from')
  return value
}

/**
 * The least, the middle and the greatest value. For an even number of values, the lower of the two middle
 * ones.
 */
export function spread(values: readonly number[]) {
  return {
    min: percentile(values, 0),
    median: percentile(values, 0.5),
    max: percentile(values, 1),
  }
}
export type Spread = ReturnType<typeof spread>

/** The mean rise from one value to the next: the slope of the least-squares line. */
export function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2
  const average = mean(values)
  const rise = sum(values.map((value, index) => (index - middle) * (value - average)))
  return rise / sum(values.map((_, index) => (index - middle) ** 2))
}

export function mean(values: readonly number[]): number {
  return sum(values) / values.length
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
