import { sum } from '../statistics.ts'
import type { Billed } from './billed.ts'
import { Prices } from './prices.ts'

const MILLION = 1_000_000
/** An object is billed for 128 MB while it is awake, whatever it uses. */
const OBJECT_GB = 0.128

/** The billed use of a run. `awake_s`: the seconds in which the run's object could not hibernate. */
export type Usage = {
  readonly billed: Billed
  readonly cpu_s: number
  readonly awake_s: number
}

/** One line of a bill. */
export type BillLine = {
  readonly name: keyof Prices
  readonly units: number
  readonly dollars: number
}

/** Prices the use of a run. Does not subtract the free monthly use of an account. */
export function billOf({ billed, cpu_s, awake_s }: Usage, prices: Prices): BillLine[] {
  const units: Readonly<Record<keyof Prices, number>> = {
    'Worker requests': billed.worker_requests,
    'Worker CPU, ms': cpu_s * 1_000,
    'object requests': billed.object_requests,
    'object duration, GB-s': awake_s * OBJECT_GB,
    'rows read': billed.rows_read,
    'rows written': billed.rows_written,
    'queue operations': billed.queue_operations,
    'R2 class A operations': billed.bucket_writes,
    'R2 class B operations': billed.bucket_reads,
  }
  return Prices.keyof().options.map((name) => {
    return { name, units: units[name], dollars: (units[name] * prices[name]) / MILLION }
  })
}

export function totalOf(bill: readonly BillLine[]): number {
  return sum(bill.map(({ dollars }) => dollars))
}
