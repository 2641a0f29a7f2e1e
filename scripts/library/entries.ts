/**
 * What `runcast` and `runcast/react` share is in the file of the first, which imports nothing, and so is
 * exported from there under short names: a page can load that file alone, and both have the same classes.
 */
export const SPLITTING = {
  groups: [{ name: 'index', test: (id: string) => !/client\/react[./]/.test(id) }],
}

/** React is the caller's own. */
export const ENTRIES = {
  external: /^react(-dom)?(\/|$)/,
  preserveEntrySignatures: 'allow-extension',
} as const
