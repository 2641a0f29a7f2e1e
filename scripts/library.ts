import { join, relative } from 'node:path'

import { packLibrary } from './library/package.ts'

const ROOT = join(import.meta.dirname, '..')

console.log(relative(process.cwd(), await packLibrary(join(ROOT, 'lib'))))
