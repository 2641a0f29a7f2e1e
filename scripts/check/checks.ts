/** `tsconfig.json` is for editors: `tsconfig.worker-test.json` has all of its files, with the same options. */
const PROJECTS = ['tsconfig.node.json', 'tsconfig.web.json', 'tsconfig.worker-test.json']

/** A check, and the tool that makes it. */
export type Check = { readonly name: string; readonly command: readonly string[] }

/** All checks that do not run the project's own code. */
export const checks: readonly Check[] = [
  { name: 'format', command: ['oxfmt', '--check'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  ...PROJECTS.map((project) => ({
    name: `types of ${project}`,
    command: ['tsc', '-p', project, '--singleThreaded'],
  })),
  { name: 'dead code', command: ['knip'] },
]

/**
 * Go's environment for the checks: one core, and no garbage collection below 2 GiB. On two cores tsc and
 * oxlint would each run two type checkers, and both would work out most types. A checker uses what it
 * allocates until it ends, so collecting frees little. With these settings the checks take half the
 * processor time.
 */
export const CHECKS_ENV = { GOMAXPROCS: '1', GOGC: 'off', GOMEMLIMIT: '2GiB' }
