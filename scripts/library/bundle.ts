import { join } from 'node:path'

import { rolldown } from 'rolldown'
import { esmExternalRequirePlugin } from 'rolldown/plugins'

import { REACT, SIGNATURES, SPLITTING } from './entries.ts'

const CLIENT = join(import.meta.dirname, '../../src/client')

/** Writes the library's code into a folder, one file for each entry. The files import nothing but React. */
export async function bundleLibrary(folder: string): Promise<void> {
  const bundle = await rolldown({
    input: { index: join(CLIENT, 'client.ts'), react: join(CLIENT, 'react.ts') },
    platform: 'neutral',
    transform: {
      target: 'es2022',
      jsx: { runtime: 'automatic', development: false },
      // Makes use-sync-external-store choose its production file.
      define: { 'process.env.NODE_ENV': '"production"' },
    },
    // use-sync-external-store is CommonJS. This turns its `require('react')` into an import.
    plugins: [esmExternalRequirePlugin({ external: [REACT] })],
    ...SIGNATURES,
  })
  try {
    await bundle.write({
      dir: folder,
      minify: true,
      // The licenses of bundled packages are in the package's LICENSE.
      comments: { annotation: false, legal: false },
      sourcemap: true,
      // Tells React's server components that the hooks run in the browser.
      postBanner: ({ name }) => (name === 'react' ? `'use client'\n` : ''),
      codeSplitting: SPLITTING,
    })
  } finally {
    await bundle.close()
  }
}
