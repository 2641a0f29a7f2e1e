import { join } from 'node:path'

import { rolldown } from 'rolldown'

import { ENTRIES, SPLITTING } from './entries.ts'

const CLIENT = join(import.meta.dirname, '../../src/client')

/** Writes the library's code into a folder, a file an entry. Only React is left to be imported. */
export async function bundleLibrary(folder: string): Promise<void> {
  const bundle = await rolldown({
    input: { index: join(CLIENT, 'client.ts'), react: join(CLIENT, 'react.ts') },
    platform: 'neutral',
    transform: { target: 'es2022', jsx: { runtime: 'automatic', development: false } },
    ...ENTRIES,
  })
  try {
    await bundle.write({
      dir: folder,
      minify: true,
      comments: { annotation: false },
      sourcemap: true,
      // React's server components have to be told that hooks run in the browser.
      postBanner: ({ name }) => (name === 'react' ? `'use client'\n` : ''),
      codeSplitting: SPLITTING,
    })
  } finally {
    await bundle.close()
  }
}
