import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'

const HERE = import.meta.dirname
const ROOT = join(HERE, '../..')

/** Builds the Worker of a commit as a deployment would, and keeps it in this folder. */
const [commit = 'HEAD'] = process.argv.slice(2)
const version = execFileSync('git', ['rev-parse', '--short=7', commit], {
  cwd: ROOT,
  encoding: 'utf8',
}).trim()
const folder = mkdtempSync(join(tmpdir(), 'runcast-version-'))
try {
  const archive = execFileSync('git', ['archive', version], { cwd: ROOT, maxBuffer: 2 ** 30 })
  execFileSync('tar', ['-x', '-C', folder], { input: archive })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  mkdirSync(join(folder, 'dist'))
  const built = ['deploy', '--dry-run', '--minify', '--env=local', '--outdir=built']
  execFileSync(join(ROOT, 'node_modules/.bin/wrangler'), built, { cwd: folder })
  const code = brotliCompressSync(readFileSync(join(folder, 'built/index.js')))
  const journal = readFileSync(join(folder, 'src/db/migrations/meta/_journal.json'), 'utf8')
  writeFileSync(join(HERE, `${version}.js.br`), code)
  writeFileSync(join(HERE, `${version}.migrations.json`), journal)
} finally {
  rmSync(folder, { recursive: true })
}
