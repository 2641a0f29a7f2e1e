/** React comes from the application that uses the library, so the bundle imports it. */
export const REACT = /^react(-dom)?(\/|$)/

/**
 * Puts the code that `runcast` and `runcast/react` share into the file of `runcast`, which imports nothing.
 * So a page can load that file alone, and both entries have the same classes. The file exports the shared
 * code under short names.
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
