import type { HostObject } from './durable/host/host-object.ts'
import type { OwnerObject } from './durable/owner/owner-object.ts'
import type { RunObject } from './durable/run/run-object.ts'
import type { RunObjectEnv } from './durable/run/run-shell.ts'
import type { TaskObject } from './durable/task/task-object.ts'

/** The Worker's bindings, as wrangler.toml names them. */
export type Env = RunObjectEnv & {
  readonly RUNCAST_ENV: string
  readonly AUTH_ISSUER: string
  readonly AUTH_AUDIENCE: string
  readonly AUTH_JWKS_URL: string
  /** Local only: the HS256 secret, never in wrangler.toml. */
  readonly AUTH_SECRET?: string
  /** The key that signs watch tokens, never in wrangler.toml. Without it Runcast issues none. */
  readonly WATCH_SECRET?: string
  /** The key of the HMAC by which run ids are made, never in wrangler.toml. */
  readonly RUN_SECRET?: string
  readonly CORS_ORIGINS: string
  readonly EGRESS_ALLOW: string
  /** The address at which the sites that are read can reach whoever runs this deployment. Empty or absent: none. */
  readonly CONTACT?: string
  /** The jurisdiction that every object stays in. Empty: none. */
  readonly OBJECT_JURISDICTION?: string
  /** The region in which new objects are made, if the platform can. Empty: near whoever asks first. */
  readonly OBJECT_LOCATION?: string
  /** The connection string of Postgres. A secret in every deployment. */
  readonly DATABASE_URL?: string
  /** The connection string of a read replica of the same Postgres. A secret; empty or absent: there is none. */
  readonly DATABASE_REPLICA_URL?: string
  /** Local only: the address that speaks Neon's HTTP protocol. */
  readonly NEON_ENDPOINT?: string
  /** The address of a text recognition (docs/OPERATIONS.md). A secret; empty or absent: there is none. */
  readonly OCR_URL?: string
  /** The token that the text recognition wants. A secret. */
  readonly OCR_TOKEN?: string
  readonly ASSETS: Fetcher
  readonly RUNS: DurableObjectNamespace<RunObject>
  readonly HOSTS: DurableObjectNamespace<HostObject>
  readonly OWNERS: DurableObjectNamespace<OwnerObject>
  readonly TASKS: DurableObjectNamespace<TaskObject>
  readonly BLOBS: R2Bucket
  /** The uploaded files of documents. */
  readonly FILES: R2Bucket
  /** The hosted embedding model. Absent where a deployment has none. */
  readonly AI?: Ai
}
