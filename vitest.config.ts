import { cloudflareTest } from '@cloudflare/vitest-pool-workers'
import { defineConfig } from 'vitest/config'

import { SLOW_LIMIT_MS, slowOrigins, outboundService } from './test/support/outbound-service.ts'

/** What `npm start` would add to the Worker's environment, with no Postgres behind it. */
const apart = {
  AUTH_SECRET: 'a secret of the tests in workerd',
  WATCH_SECRET: 'a secret of the tests for watch tokens',
  RUN_SECRET: 'a secret of the tests for the ids of runs',
  DATABASE_URL: 'postgresql://nobody:nothing@localhost/none',
  NEON_ENDPOINT: 'http://127.0.0.1:1/sql',
}

/** The same with a Postgres and career sites, and with waits short enough for a test. */
function withParts(postgres: { url: string; endpoint: string }, sites: string, given = {}) {
  const waits = {
    report_ms: 20,
    quiet_report_ms: 20,
    // Many runs of one owner are left as they are when their test ends.
    runs_at_once: 100_000,
    renew_ms: 250,
    backoff_ms: 50,
    unavailable_ms: 200,
  }
  const fetches = { fetch_first_byte_ms: 1_500, fetch_ms: 2_000, host_interval_ms: 200 }
  return {
    ...apart,
    // Many of these tests make a run by hand at its object, under an id that nobody signed.
    RUN_SECRET: `${apart.RUN_SECRET},unkeyed`,
    DATABASE_URL: postgres.url,
    NEON_ENDPOINT: postgres.endpoint,
    EGRESS_ALLOW: sites,
    SETTINGS: JSON.stringify({ ...waits, ...fetches, ...given }),
  }
}

/** The Worker with Cloudflare's limit of connections. */
const MAIN = './test/worker/main.ts'
/** Fails a test in which a request waited for one of those connections. */
const WITHIN = 'test/worker/within-connections.ts'

/** The Worker of a test on real parts. */
function withSites() {
  return cloudflareTest(({ inject }) => ({
    main: MAIN,
    wrangler: { configPath: './wrangler.toml', environment: 'local' },
    miniflare: { cf: false, bindings: withParts(inject('postgres'), inject('sites')) },
  }))
}

const SITES_SETUP = ['test/support/postgres.ts', 'test/support/sites.ts', 'test/support/hostile.ts']

/**
 * A test awaits events, so these limits only end a test that hangs. A test that takes 3 s by itself takes a
 * minute on one core beside other work.
 */
const limits = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 60_000 } },
}

/** The usual settings in place of shortened ones, and what is counted in full. */
const long = process.env['RUNCAST_LONG'] !== undefined

const node = { environment: 'node', ...limits } as const

/** Files that share a process and what they import: loading it anew for each is half of their time. */
const oneAfterAnother = { isolate: false } as const

/** As wrangler.toml has it for every environment. */
const withoutFailpoints = { RUNCAST_FAILPOINTS: 'false' }
const withFailpoints = { RUNCAST_FAILPOINTS: 'true' }

/**
 * Each project has a folder of its own, and each test file belongs to the project of its folder
 * (test/unit/projects.test.ts). CONTRIBUTING.md says which folder a new test goes into.
 */
export default defineConfig({
  test: {
    // Much of the time is spent waiting for processes that boot, so that two cores take three.
    maxWorkers: 3,
    projects: [
      {
        define: withoutFailpoints,
        test: {
          ...node,
          name: 'unit',
          ...oneAfterAnother,
          include: ['test/unit/**/*.test.ts'],
          exclude: ['test/unit/without/**'],
        },
      },
      {
        define: withoutFailpoints,
        test: { ...node, name: 'unit-without', include: ['test/unit/without/**/*.test.ts'] },
      },
      {
        define: withFailpoints,
        plugins: [
          cloudflareTest({
            main: MAIN,
            wrangler: { configPath: './wrangler.toml', environment: 'local' },
            miniflare: {
              cf: false,
              // One owner has many runs here, and a run that waits for its turn keeps no stream.
              bindings: { ...apart, SETTINGS: JSON.stringify({ runs_at_once: 100_000 }) },
              outboundService: () => new Response('nobody is there', { status: 503 }),
            },
          }),
        ],
        test: {
          name: 'api',
          ...limits,
          ...oneAfterAnother,
          setupFiles: ['test/worker/undo-fakes.ts', WITHIN],
          include: ['test/worker/api/**/*.test.ts'],
        },
      },
      {
        define: withFailpoints,
        plugins: [withSites()],
        test: {
          name: 'parts',
          ...limits,
          ...oneAfterAnother,
          setupFiles: ['test/worker/undo-fakes.ts', WITHIN],
          include: ['test/worker/parts/**/*.test.ts'],
          globalSetup: SITES_SETUP,
        },
      },
      {
        define: withFailpoints,
        plugins: [withSites()],
        test: {
          name: 'runs',
          ...limits,
          ...oneAfterAnother,
          setupFiles: ['test/worker/undo-fakes.ts', WITHIN],
          include: ['test/worker/runs/**/*.test.ts'],
          globalSetup: SITES_SETUP,
        },
      },
      {
        define: withFailpoints,
        plugins: [
          cloudflareTest(({ inject }) => ({
            main: MAIN,
            wrangler: { configPath: './wrangler.toml', environment: 'local' },
            miniflare: {
              cf: false,
              bindings: withParts(inject('postgres'), slowOrigins.join(), {
                fetch_first_byte_ms: SLOW_LIMIT_MS,
              }),
              outboundService,
            },
          })),
        ],
        test: {
          name: 'polite',
          ...limits,
          setupFiles: [WITHIN],
          include: ['test/worker/polite/**/*.test.ts'],
          globalSetup: ['test/support/postgres.ts'],
        },
      },
      {
        test: {
          ...node,
          name: 'pg',
          ...oneAfterAnother,
          include: ['test/pg/**/*.test.ts'],
          globalSetup: ['test/support/postgres.ts'],
        },
      },
      {
        test: {
          ...node,
          name: 'e2e',
          ...oneAfterAnother,
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/support/built-once.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        define: withoutFailpoints,
        test: {
          ...node,
          name: 'chaos',
          ...oneAfterAnother,
          include: ['test/chaos/**/*.test.ts'],
          testTimeout: long ? 1_200_000 : 600_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
