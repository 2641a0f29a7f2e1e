import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { bundleLibrary } from './bundle.ts'
import { declareLibrary } from './declarations.ts'

const ROOT = join(import.meta.dirname, '../..')
const CLIENT = join(ROOT, 'src/client')
/** The packages that are bundled into each file. The package must contain their licenses. */
const BUNDLED = [
  ['dist/index.js', 'eventsource-parser'],
  ['dist/react.js', 'use-sync-external-store'],
] as const

/** Writes the files of the package `runcast` into a folder. */
async function layOutPackage(folder: string): Promise<void> {
  const dist = join(folder, 'dist')
  mkdirSync(dist, { recursive: true })
  await Promise.all([bundleLibrary(dist), declareLibrary(dist)])
  for (const file of ['package.json', 'README.md'])
    copyFileSync(join(CLIENT, file), join(folder, file))
  writeFileSync(join(folder, 'LICENSE'), licenses())
}

/**
 * Writes the package's tarball into a folder, and returns the tarball's path. Removes the folder that it
 * packed: npm would link an application to that folder, and the application would find this repository's
 * React as a second one.
 */
export async function packLibrary(folder: string): Promise<string> {
  const laidOut = mkdtempSync(join(tmpdir(), 'runcast-package-'))
  try {
    await layOutPackage(laidOut)
    mkdirSync(folder, { recursive: true })
    const args = ['pack', laidOut, `--pack-destination=${folder}`, '--silent', '--ignore-scripts']
    const { stdout } = await promisify(execFile)('npm', args, { cwd: folder })
    return join(folder, stdout.trim())
  } finally {
    rmSync(laidOut, { recursive: true })
  }
}

function licenses(): string {
  const others = BUNDLED.map(([file, name]) => {
    const license = licenseIn(join(ROOT, 'node_modules', name))
    return `${'-'.repeat(72)}\n\n${file} includes ${name}:\n\n${license}\n`
  })
  return [`${licenseIn(ROOT)}\n`, ...others].join('\n')
}

function licenseIn(folder: string): string {
  return readFileSync(join(folder, 'LICENSE'), 'utf8').trim()
}
