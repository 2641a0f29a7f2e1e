import type { Deployment } from './configuration.ts'

/** A test that shows what happens at a limit, or that the limit is kept: its file, and words of its name. */
type ShowingTest = readonly [file: string, words: string]

/** A limit of the platform. */
export type PlatformLimit = {
  readonly name: string
  /** The page that states the limit, by its name in `pages`. */
  readonly page: string
  readonly platform: string
  /** The size or number that Runcast itself reaches. */
  readonly runcast: string
  /** The consequence when Runcast meets the limit. */
  readonly outcome: string
  /** Empty if no test can show it here, because only the platform has the limit. */
  readonly tests: readonly ShowingTest[]
}

/** Makes a limit's row for a deployment. */
export type LimitOf = (deployment: Deployment) => PlatformLimit

const SIZES = [
  [1024 * 1024, 'MiB'],
  [1_000_000, 'MB'],
  [1024, 'KiB'],
  [1_000, 'KB'],
] as const

/** A number of bytes in the largest unit that divides it. */
export function size(bytes: number): string {
  const [unit, name] = SIZES.find(([one]) => bytes % one === 0) ?? [1, 'bytes']
  return `${count(bytes / unit)} ${name}`
}

const TIMES = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const

/** A time in the largest unit that divides it. */
export function time(ms: number): string {
  const [unit, name] = TIMES.find(([one]) => ms % one === 0) ?? [1, 'ms']
  return `${count(ms / unit)} ${name}`
}

export function count(value: number): string {
  return value.toLocaleString('en')
}
