import { join, relative } from 'node:path'

import { readCommandLine } from './command-line.ts'
import { packLibrary } from './library/package.ts'

readCommandLine({
  usage: `npm run build:client

Packs the client library into lib/, as the package that somebody else can install.

  --help   this text
`,
  options: {},
})

const ROOT = join(import.meta.dirname, '..')

console.log(relative(process.cwd(), await packLibrary(join(ROOT, 'lib'))))
