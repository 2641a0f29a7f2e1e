import { readdirSync, readFileSync } from 'node:fs'

import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { z } from 'zod'

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

/**
 * What pdf.js reads beside its own code, under its version: its worker, maps of Asian characters, the standard fonts, and
 * decoders of images without WebAssembly.
 */
const pdfFiles: Plugin = {
  name: 'pdf-files',
  generateBundle() {
    const root = new URL('./', import.meta.resolve('pdfjs-dist/package.json'))
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync(new URL('package.json', root), 'utf8')))
    const emit = (file: string, place: string) => {
      const source = readFileSync(new URL(file, root))
      this.emitFile({ type: 'asset', fileName: `pdf/${version}/${place}`, source })
    }
    emit('legacy/build/pdf.worker.min.mjs', 'worker.mjs')
    for (const [folder, place, ending] of PDF_FOLDERS)
      for (const name of readdirSync(new URL(folder, root)))
        if (name.endsWith(ending)) emit(`${folder}/${name}`, `${place}/${name}`)
  },
}

/** The signs of a tab that shows a run at work, in steps of 5 %. A picture in a data: URL would not be of its own origin. */
const progressIcons: Plugin = {
  name: 'progress-icons',
  generateBundle() {
    for (let percent = 0; percent <= 100; percent += 5) {
      const ring = 'cx="12" cy="12" r="9" fill="none" stroke-width="5"'
      const source = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">',
        `<circle ${ring} stroke="#8a8894" stroke-opacity=".45" />`,
        `<circle ${ring} stroke="#6a60f0" pathLength="100" stroke-dasharray="${percent} 100" transform="rotate(-90 12 12)" />`,
        '</svg>',
      ].join('')
      this.emitFile({ type: 'asset', fileName: `icons/progress-${percent}.svg`, source })
    }
  },
}

/**
 * The page checks data by zod and writes no JSON Schema, which would be a tenth of the code of every first visit. Zod's
 * modules for it are replaced by functions that do nothing.
 */
const noJsonSchema: Plugin = {
  name: 'no-json-schema',
  enforce: 'pre',
  load(id) {
    if (!/zod\/v4\/core\/(?:to-json-schema|json-schema-processors)\.js$/.test(id)) return undefined
    const code = readFileSync(id, 'utf8')
    const names = [...code.matchAll(/^export (?:const|function|class) (\w+)/gm)].map(
      ([, name]) => name,
    )
    return `const none = () => none\n${names.map((name) => `export { none as ${name} }`).join('\n')}`
  },
}

const PDF_FOLDERS = [
  ['cmaps', 'cmaps', '.bcmap'],
  ['standard_fonts', 'fonts', ''],
  ['wasm', 'images', '_nowasm_fallback.js'],
] as const

/** The page: `web/` is built into `dist/`, which the Worker serves as its static assets. */
export default defineConfig({
  root: 'web',
  plugins: [noJsonSchema, react(), tailwindcss(), reference, pdfFiles, progressIcons],
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    reportCompressedSize: false,
    // pdf.js, which only the reader of a PDF loads, has 505 kB.
    chunkSizeWarningLimit: 600,
    // A file that was written into the page as a data: URL would not be of its own origin.
    assetsInlineLimit: 0,
  },
})
