import { resolve } from 'node:path'

import { z } from 'zod'

import { normalOrigin } from '../../src/api/origins.ts'
import { isContact } from '../../src/egress/user-agent.ts'
import { Settings } from '../../src/settings.ts'
import type { WorkerCode } from '../worker/code.ts'
import { StartFailure } from './failure.ts'

function port(usual: number) {
  return z
    .string()
    .regex(/^\d{1,5}$/, 'is not a number')
    .transform(Number)
    .refine((number) => number <= 65_535, 'is above 65535')
    .default(usual)
}

const Origin = z
  .url({ protocol: /^https?$/, error: 'holds what is not an origin' })
  .refine(
    (text) => URL.parse(text)?.origin === text.replace(/\/$/, ''),
    'holds an address with a path; an origin ends after the host and port',
  )

const List = z
  .string()
  .default('')
  .transform((text) => text.split(',').flatMap((entry) => entry.trim() || []))

/** The origin of a page, read by the same function as in the Worker. */
const CallerOrigin = z
  .string()
  .refine((text) => normalOrigin(text) !== undefined, 'holds what is not an origin')

const SettingsText = z
  .string()
  .default('{}')
  .transform((text, context) => {
    try {
      return z.json().parse(JSON.parse(text))
    } catch {
      context.addIssue('is not JSON')
      return z.NEVER
    }
  })
  // The text keeps only the given settings. The Worker adds the defaults.
  .refine((value) => check(value).length === 0, { error: ({ input }) => check(input).join('; ') })
  .transform((value) => JSON.stringify(value))

function check(settings: unknown): string[] {
  const { error } = Settings.safeParse(settings)
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`.trim())
}

const Contact = z
  .string()
  .trim()
  .default('')
  .refine(isContact, 'is no address that a header can carry')

const Environment = z.object({
  PORT: port(8787),
  SITES_PORT: port(8788),
  RUNCAST_DATA: z.string().min(1, 'is empty').default('.runcast'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'is not a Postgres URL' }).optional(),
  CORS_ORIGINS: List.pipe(z.array(CallerOrigin)),
  RUNCAST_EGRESS_ALLOW: List.pipe(z.array(Origin)),
  RUNCAST_CONTACT: Contact,
  RUNCAST_SETTINGS: SettingsText,
})

/** How a person corrects each setting. */
const REMEDIES: Record<keyof z.infer<typeof Environment>, string> = {
  PORT: 'set it to a free port, such as 8787, or to 0 for any',
  SITES_PORT: 'set it to a free port, such as 8788, or to 0 for any',
  RUNCAST_DATA: 'name another folder, one that you may write to',
  DATABASE_URL: 'write postgresql://user:password@host/database, or leave it out',
  CORS_ORIGINS: 'list origins such as https://app.example.com, separated by commas',
  RUNCAST_EGRESS_ALLOW: 'list origins such as https://jobs.example.com, separated by commas',
  RUNCAST_CONTACT: 'write an address such as https://example.com/crawler or crawler@example.com',
  RUNCAST_SETTINGS: 'write JSON such as {"tick_ms": 50}; src/settings.ts lists what there is',
}

/** The options of `npm start`. A `port` or `sites_port` of 0 takes any free port. */
export type StartOptions = {
  readonly port: number
  readonly sites_port: number
  /** An absolute path. */
  readonly data: string
  /** The address of a Postgres to use instead of the embedded one. */
  readonly database_url: string | undefined
  /** The origins whose pages may call the API, in addition to those of this machine. */
  readonly cors_origins: readonly string[]
  readonly egress_allow: readonly string[]
  /** The address that each request to a site names, or nothing. */
  readonly contact: string
  /** The settings that differ from the defaults, as JSON text. */
  readonly settings: string
  /** The code to run instead of the Worker in wrangler.toml. */
  readonly code?: WorkerCode
}

/** Reads the options from the environment. Throws a StartFailure for the first wrong one. */
export function readOptions(environment: NodeJS.ProcessEnv): StartOptions {
  const { data, error } = Environment.safeParse(environment)
  if (error) throw failure(error.issues[0])
  return {
    port: data.PORT,
    sites_port: data.SITES_PORT,
    data: resolve(data.RUNCAST_DATA),
    database_url: data.DATABASE_URL,
    cors_origins: data.CORS_ORIGINS,
    egress_allow: data.RUNCAST_EGRESS_ALLOW,
    contact: data.RUNCAST_CONTACT,
    settings: data.RUNCAST_SETTINGS,
  }
}

function failure(issue: z.core.$ZodIssue | undefined): StartFailure {
  const name = Environment.keyof().parse(issue?.path[0])
  return startFailure(name, issue?.message ?? 'is not valid')
}

/** Says in one line what is wrong with a setting, and how to correct it. */
export function startFailure(
  name: keyof typeof REMEDIES,
  problem: string,
  cause?: unknown,
): StartFailure {
  return new StartFailure(`${name} ${problem}: ${REMEDIES[name]}`, { cause })
}
