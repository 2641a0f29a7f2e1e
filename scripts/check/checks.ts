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
  ...PROJECTS.map((project) => ({ name: `types of ${project}`, command: ['tsc', '-p', project] })),
  { name: 'dead code', command: ['knip'] },
]
