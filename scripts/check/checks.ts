const PROJECTS = [
  'tsconfig.json',
  'tsconfig.node.json',
  'tsconfig.web.json',
  'tsconfig.worker-test.json',
]

/** What is checked, and the tool that does it. */
export type Check = { readonly name: string; readonly command: readonly string[] }

/** Everything that is checked without running the project's own code. */
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
 * Two checkers of one program would each work out most of its types, and what they allocate is theirs
 * to the end: on one core, without collecting it below 2 GiB, they take half of the processor's time.
 */
export const CHECKS_ENV = { GOMAXPROCS: '1', GOGC: 'off', GOMEMLIMIT: '2GiB' }
