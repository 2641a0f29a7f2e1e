import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

import { rolldown } from 'rolldown'
import { dts } from 'rolldown-plugin-dts'
import { z } from 'zod'

import { REACT, SIGNATURES, SPLITTING } from './entries.ts'
import { PlainTypes } from './plain-types.ts'

const ROOT = join(import.meta.dirname, '../..')
const COMPILER = join(ROOT, 'node_modules/.bin/tsc')

const WIRE = 'wire.d.ts'

/** Matches a schema and its inferred type in the compiler's declarations, with their comment. */
const PAIR =
  /^((?:\/\*\*(?:[^*]|\*(?!\/))*\*\/\n)?)export declare const (\w+): z\.[^]*?;\nexport type \2 = z\.infer<typeof \2>;$/gm

/** Matches a schema whose type is declared beside it in plain TypeScript, as the open `JobStatus` is. */
const OPEN = /^(?:\/\*\*(?:[^*]|\*(?!\/))*\*\/\n)?export declare const (\w+): z\.ZodType<\1>;$/gm

/** `JobStep` is left out: its schema looks like that of `JobStatus`, which each step is. */
const OPEN_NAMES = ['JobStatus', 'JobCounts']

/** Writes the library's types into a folder, one file for each entry. The files import nothing but React. */
export async function declareLibrary(folder: string): Promise<void> {
  const declared = mkdtempSync(join(tmpdir(), 'runcast-types-'))
  try {
    await declare(declared)
    await makePlain(join(declared, 'protocol'))
    await bundleTypes(join(declared, 'client'), folder)
  } finally {
    rmSync(declared, { recursive: true })
  }
}

/** Makes the compiler write the declarations of all files into `folder`, in the same folders as in `src/`. */
async function declare(folder: string): Promise<void> {
  const args = ['-p', 'tsconfig.library.json', '--outDir', folder]
  const compiling = promisify(execFile)(COMPILER, args, { cwd: ROOT })
  await compiling.catch((cause: { readonly stdout: string }) => {
    throw new Error(`the library does not compile:\n${cause.stdout}`, { cause })
  })
}

/** Replaces the schemas, and the types inferred from them, by plain types. */
async function makePlain(protocol: string): Promise<void> {
  const types = new PlainTypes()
  const files = readdirSync(protocol)
  for (const file of files) await addSchemas(types, file.replace('.d.ts', '.ts'))
  for (const name of OPEN_NAMES) types.name(name)
  const plain: string[] = []
  for (const file of files) {
    const names: string[] = []
    const path = join(protocol, file)
    const rest = readFileSync(path, 'utf8').replaceAll(PAIR, (_, comment: string, name: string) => {
      names.push(name)
      plain.push(`${comment}export type ${name} = ${types.print(name)}`)
      return ''
    })
    const declared = rest.replaceAll(OPEN, (_, name: string) => {
      plain.unshift(`import type { ${name} } from './${file}'`)
      return ''
    })
    const list = `{ ${names.join(', ')} }`
    writeFileSync(path, `import type ${list} from './${WIRE}'\nexport type ${list}\n${declared}`)
  }
  writeFileSync(join(protocol, WIRE), plain.join('\n'))
}

async function addSchemas(types: PlainTypes, file: string): Promise<void> {
  const address = pathToFileURL(join(ROOT, 'src/protocol', file)).href
  const module: object = await import(address)
  for (const [name, value] of Object.entries(module))
    if (value instanceof z.ZodType) types.add(name, value)
}

async function bundleTypes(declared: string, folder: string): Promise<void> {
  const input = { index: join(declared, 'client.d.ts'), react: join(declared, 'react.d.ts') }
  const plugins = [dts({ dtsInput: true, emitDtsOnly: true, tsconfig: false, generator: 'oxc' })]
  const bundle = await rolldown({ input, plugins, external: REACT, ...SIGNATURES })
  try {
    await bundle.write({ dir: folder, codeSplitting: SPLITTING })
  } finally {
    await bundle.close()
  }
}
