/** React is the application's own, so it stays imported. */
export const REACT = /^react(-dom)?(\/|$)/

/**
 * The code that `runcast` and `runcast/react` share is in the file of the first, which imports nothing: a
 * page can load that file alone, and both entries have the same classes. It exports them under short names.
 */
export const SPLITTING = {
  groups: [
    {
      name: 'index',
      test: (id: string) => !/client\/react[./]|use-sync-external-store|^builtin:/.test(id),
    },
  ],
}

export const SIGNATURES = { preserveEntrySignatures: 'allow-extension' } as const
