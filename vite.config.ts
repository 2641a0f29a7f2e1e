import { readFileSync } from 'node:fs'

import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

// A caller's own NODE_ENV (a test's, say) would build React for development.
process.env['NODE_ENV'] = 'production'

/** Scalar's own bundle, as its makers published it: `/api/docs` shows the API's contract with it. */
const reference: Plugin = {
  name: 'reference',
  generateBundle() {
    const bundle = new URL('browser/standalone.js', import.meta.resolve('@scalar/api-reference'))
    const fileName = 'reference/scalar.js'
    this.emitFile({ type: 'asset', fileName, source: readFileSync(bundle) })
  },
}

/** The page: `web/` is built into `dist/`, which the Worker serves as its static assets. */
export default defineConfig({
  root: 'web',
  plugins: [react(), tailwindcss(), reference],
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    reportCompressedSize: false,
    // A file that was written into the page as a data: URL would not be of its own origin.
    assetsInlineLimit: 0,
  },
})
