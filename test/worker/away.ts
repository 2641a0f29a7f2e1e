import { env } from 'cloudflare:workers'

import type { Env } from '../../src/env.ts'
import { settings } from './object.ts'

/** For a consumer that gives back what it holds for Postgres almost at once, where it is away. */
export const HASTY: Partial<Env> = { SETTINGS: JSON.stringify({ ...settings, hold_ms: 1 }) }

/** For one whose Postgres is away: nobody speaks Neon's protocol there. */
export const AWAY: Partial<Env> = { ...HASTY, NEON_ENDPOINT: `${env.EGRESS_ALLOW}/sql` }
