import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// A caller's own NODE_ENV (a test's, say) would build React for development.
process.env['NODE_ENV'] = 'production'

/** The page: `web/` is built into `dist/`, which the Worker serves as its static assets. */
export default defineConfig({
  root: 'web',
  plugins: [react(), tailwindcss()],
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    reportCompressedSize: false,
    // A file that was written into the page as a data: URL would not be of its own origin.
    assetsInlineLimit: 0,
  },
})
