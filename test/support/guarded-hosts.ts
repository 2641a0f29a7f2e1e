import { createGuardedFetch, type Admission } from '../../src/egress/guarded-fetch.ts'
import { FetchFailure } from '../../src/pipelines/fetch.ts'
import { type Hostile, startHostile } from './hostile.ts'

export type Limits = {
  readonly first_byte_ms: number
  readonly total_ms: number
  readonly max_bytes: number
  readonly pieces_bytes?: number
}

export const LIMITS: Limits = { first_byte_ms: 60_000, total_ms: 60_000, max_bytes: 1024 * 1024 }

type Fetching = ReturnType<ReturnType<typeof createGuardedFetch>>

/** Two hostile hosts, and the guard in front of them. */
export class GuardedHosts {
  readonly one: string
  readonly other: string
  private readonly hosts: readonly Hostile[]

  private constructor(one: Hostile, other: Hostile) {
    this.one = one.origin
    this.other = other.origin
    this.hosts = [one, other]
  }

  static async start(): Promise<GuardedHosts> {
    return new GuardedHosts(await startHostile(), await startHostile())
  }

  /** Makes a guard that allows both hosts, with the limits that a test is about. */
  guard(limits: Partial<Limits> & { readonly admission?: () => Admission } = {}) {
    return createGuardedFetch({ ...LIMITS, allow: [this.one, this.other], ...limits })
  }

  /** Waits until the client has dropped an answer of this path. Returns the number of written bytes. */
  async dropped(path: string): Promise<number> {
    return Number(await (await fetch(`${this.one}/closed?${path}`)).text())
  }

  async close(): Promise<void> {
    await Promise.all(this.hosts.map((host) => host.close()))
  }
}

/** Returns why a fetch failed. Throws if it did not fail. */
export async function failureOf(fetching: Fetching) {
  const error = await fetching.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof FetchFailure))
    throw new Error('the fetch did not end with a FetchFailure', { cause: error })
  return { ...error.failure, cause: error.cause }
}
