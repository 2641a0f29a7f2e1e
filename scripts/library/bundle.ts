import { join } from 'node:path'

import { build } from 'vite'

import { shortNames } from './short-names.ts'

const ROOT = join(import.meta.dirname, '../..')

/**
 * Bundles the client library into a folder: `client.js`, `react.js`, and the chunks that they share.
 * React is the caller's own.
 */
export async function bundleLibrary(folder: string): Promise<void> {
  // A caller's own NODE_ENV (a test's, say) would compile JSX for development.
  const { NODE_ENV } = process.env
  process.env['NODE_ENV'] = 'production'
  try {
    await build({
      root: ROOT,
      configFile: false,
      publicDir: false,
      logLevel: 'warn',
      plugins: [shortNames()],
      build: {
        outDir: folder,
        emptyOutDir: true,
        target: 'es2022',
        reportCompressedSize: false,
        lib: {
          entry: {
            client: join(ROOT, 'src/client/client.ts'),
            react: join(ROOT, 'src/client/react.ts'),
          },
          formats: ['es'],
        },
        rolldownOptions: {
          external: /^react(-dom)?(\/|$)/,
          // Vite would leave the white space of a library's modules as it is.
          output: {
            minify: true,
            comments: { annotation: false },
            chunkFileNames: 'chunks/[name]-[hash].js',
            // What both entries are made of is one file, and compresses as one; the parser is another's.
            codeSplitting: {
              groups: [
                { name: 'parser', test: /eventsource-parser/ },
                { name: 'core', test: /client.(run-calls|watch-run)\.ts$/ },
              ],
            },
          },
        },
      },
    })
  } finally {
    if (NODE_ENV === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = NODE_ENV
  }
}
