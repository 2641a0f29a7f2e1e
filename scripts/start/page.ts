import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { keepBuilt } from '../kept-build.ts'

const ROOT = join(import.meta.dirname, '../..')
const DIST = join(ROOT, 'dist')
const SOURCES = ['web', 'src/client', 'src/protocol', 'vite.config.ts', 'package-lock.json']

/** Builds the page into dist/, unless what is there is newer than what it is made of. */
export function buildPage(): Promise<void> {
  return keepBuilt({
    folder: DIST,
    sources: SOURCES,
    build: async (outDir) => {
      // Loaded here alone: most starts build no page.
      const { build } = await import('vite')
      await build({
        root: join(ROOT, 'web'),
        configFile: join(ROOT, 'vite.config.ts'),
        logLevel: 'warn',
        build: { outDir },
      })
    },
  })
}

/**
 * Lays the page out in `folder`, with where the sample sites are and their companies: several stacks
 * run from one checkout, each with sites of its own.
 */
export async function layOutPage(folder: string, sites: string): Promise<void> {
  const companies = await (await fetch(`${sites}/companies.json`)).text()
  rmSync(folder, { recursive: true, force: true })
  cpSync(DIST, folder, { recursive: true })
  writeFileSync(join(folder, 'local.json'), JSON.stringify({ sites }))
  writeFileSync(join(folder, 'samples.json'), companies)
}
