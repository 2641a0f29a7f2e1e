import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { keepBuilt } from '../kept-build.ts'

const ROOT = join(import.meta.dirname, '../..')
const DIST = join(ROOT, 'dist')
const SOURCES = ['web', 'src/client', 'src/protocol', 'vite.config.ts', 'package-lock.json']

/** Builds the page into dist/, unless the build there is newer than its sources. */
export function buildPage(): Promise<void> {
  return keepBuilt({
    folder: DIST,
    sources: SOURCES,
    build: async (outDir) => {
      // Imported only here, because most starts do not build the page.
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
 * Copies the page into `folder`, and adds the address and the companies of the sample sites. Several stacks
 * run from one checkout, each with its own sites.
 */
export async function layOutPage(folder: string, sites: string): Promise<void> {
  const companies = await (await fetch(`${sites}/companies.json`)).text()
  rmSync(folder, { recursive: true, force: true })
  cpSync(DIST, folder, { recursive: true })
  writeFileSync(join(folder, 'local.json'), JSON.stringify({ sites }))
  writeFileSync(join(folder, 'samples.json'), companies)
}
