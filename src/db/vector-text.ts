/** What the largest number of a vector becomes, up or down. */
const LARGEST = 10_000

/**
 * A vector's direction as pgvector reads it, in whole numbers: fractions take an embedded Postgres
 * seven times as long. Its length is lost, and rounding turns it by a tenth of a degree at most,
 * which is less than any ranking tells apart.
 */
export function vectorText(vector: Float32Array): string {
  const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const scale = largest === 0 ? 0 : LARGEST / largest
  return `[${Array.from(vector, (value) => Math.round(value * scale)).join(',')}]`
}
