import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

import { bundleLibrary } from './library/bundle.ts'

const ROOT = join(import.meta.dirname, '..')

await bundleLibrary(join(ROOT, 'lib'))
const compiler = join(ROOT, 'node_modules/.bin/tsc')
execFileSync(compiler, ['-p', 'tsconfig.library.json'], { cwd: ROOT, stdio: 'inherit' })
