import type { HostObject } from './durable/host/host-object.ts'
import type { RunObject, RunObjectEnv } from './durable/run-object.ts'

/** The Worker's bindings, as wrangler.toml names them. */
export type Env = RunObjectEnv & {
  readonly RUNCAST_ENV: string
  readonly AUTH_ISSUER: string
  readonly AUTH_AUDIENCE: string
  readonly AUTH_JWKS_URL: string
  /** Local only: the HS256 secret, never in wrangler.toml. */
  readonly AUTH_SECRET?: string
  /** What watch tokens are signed with, never in wrangler.toml; without it there are none. */
  readonly WATCH_SECRET?: string
  /** What run ids are made under, never in wrangler.toml. */
  readonly RUN_SECRET?: string
  readonly CORS_ORIGINS: string
  readonly EGRESS_ALLOW: string
  /** A secret in every deployment. */
  readonly DATABASE_URL?: string
  /** Local only: where Neon's HTTP protocol is spoken. */
  readonly NEON_ENDPOINT?: string
  readonly ASSETS: Fetcher
  readonly RUNS: DurableObjectNamespace<RunObject>
  readonly HOSTS: DurableObjectNamespace<HostObject>
  readonly BLOBS: R2Bucket
  /** Documents as their owners gave them. */
  readonly FILES: R2Bucket
  /** Where there is a hosted model to embed by. */
  readonly AI?: Ai
}
