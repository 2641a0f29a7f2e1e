import { env } from 'cloudflare:workers'

import type { Env } from '../../src/env.ts'
import { settings } from './object.ts'

/** Settings of a consumer that gives its work back almost at once when Postgres is away. */
export const HASTY: Partial<Env> = { SETTINGS: JSON.stringify({ ...settings, hold_ms: 1 }) }

/** Settings of a consumer whose Postgres is away: no server at this address speaks Neon's protocol. */
export const AWAY: Partial<Env> = { ...HASTY, NEON_ENDPOINT: `${env.EGRESS_ALLOW}/sql` }
