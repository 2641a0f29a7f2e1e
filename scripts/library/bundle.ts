import { join } from 'node:path'

import { rolldown } from 'rolldown'
import { esmExternalRequirePlugin } from 'rolldown/plugins'

import { REACT, SIGNATURES, SPLITTING } from './entries.ts'

const CLIENT = join(import.meta.dirname, '../../src/client')

/** Writes the library's code into a folder, a file an entry. Only React is left to be imported. */
export async function bundleLibrary(folder: string): Promise<void> {
  const bundle = await rolldown({
    input: { index: join(CLIENT, 'client.ts'), react: join(CLIENT, 'react.ts') },
    platform: 'neutral',
    transform: {
      target: 'es2022',
      jsx: { runtime: 'automatic', development: false },
      // use-sync-external-store has a file for development as well.
      define: { 'process.env.NODE_ENV': '"production"' },
    },
    // use-sync-external-store is CommonJS: its `require('react')` has to become an import.
    plugins: [esmExternalRequirePlugin({ external: [REACT] })],
    ...SIGNATURES,
  })
  try {
    await bundle.write({
      dir: folder,
      minify: true,
      // The licenses of what is bundled are in the package's LICENSE.
      comments: { annotation: false, legal: false },
      sourcemap: true,
      // React's server components must be told that hooks run in the browser.
      postBanner: ({ name }) => (name === 'react' ? `'use client'\n` : ''),
      codeSplitting: SPLITTING,
    })
  } finally {
    await bundle.close()
  }
}
