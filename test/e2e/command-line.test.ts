import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'
import { z } from 'zod'

const ROOT = join(import.meta.dirname, '../..')
const Manifest = z.object({ scripts: z.record(z.string(), z.string()) })

/** The npm scripts that are programs of this project, with their files. */
const { scripts } = Manifest.parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')))
const programs = Object.entries(scripts).flatMap(([name, command]) => {
  const [, file] = /^node (\S+\.ts)$/.exec(command) ?? []
  return file === undefined ? [] : [[name, file] as const]
})

type Ended = { readonly code: unknown; readonly stdout: string; readonly stderr: string }

function run(file: string, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [file, ...args], { cwd: ROOT }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    )
  })
}

describe.concurrent.each(programs)('%s', (name, file) => {
  const usage = expect.stringMatching(new RegExp(`npm (run )?${name}[^]*--help +this text`))

  test('--bogus is refused, with what it takes', async () => {
    const { stderr, ...rest } = await run(file, '--bogus')
    expect(rest).toEqual({ code: 2, stdout: '' })
    expect(stderr).toEqual(usage)
    expect(stderr.split('\n')[0]).toMatch(/^Unknown option '--bogus'/)
  })
})

// Every program reads its arguments by the same two functions, so one program shows the rest.
test('--help says what a program takes, and does nothing', async () => {
  const usage = expect.stringMatching(/npm run sites[^]*--help +this text/)
  expect(await run('scripts/sites.ts', '--help')).toEqual({ code: 0, stdout: usage, stderr: '' })
})

test('-h is --help, and a word where none is expected is refused', async () => {
  expect(await run('scripts/sites.ts', '-h')).toEqual(await run('scripts/sites.ts', '--help'))
  const { code, stderr } = await run('scripts/sites.ts', 'bogus')
  expect(code).toBe(2)
  expect(stderr).toMatch(/^Unexpected argument 'bogus'/)
})

test('npm start --help describes each variable of the README', async () => {
  const [, settings = ''] = readFileSync(join(ROOT, 'README.md'), 'utf8').split('## Settings of')
  const variables = [...settings.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, variable]) => variable)
  expect(variables).toContain('PORT')
  const { stdout } = await run('scripts/start.ts', '--help')
  expect([...stdout.matchAll(/^ {2}([A-Z_]+) /gm)].map(([, variable]) => variable)).toEqual(
    variables,
  )
})

test.each([
  ['scripts/sites.ts', ['--companies', 'many'], 'companies: '],
  ['scripts/sites.ts', ['--faults', 'none-such'], 'faults.0: '],
  ['bench/run.ts', ['--runs', 'zero'], 'runs'],
  ['bench/run.ts', ['bogus'], 'bogus'],
  ['bench/search/run.ts', ['--chunks=-1'], 'chunks'],
])('%s refuses %j, which it does not accept', async (file, args, why) => {
  const { code, stderr } = await run(file, ...args)
  expect(code).toBe(2)
  expect(stderr).toContain(why)
})
