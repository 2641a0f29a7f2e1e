import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

/** `type A =`, `type A<B> =`, `interface A {` and `class A extends`, exported or not, as the formatter writes them. */
const DECLARATION =
  /^ {0,4}(?:export )?(?:declare )?(?:abstract )?(?:type|interface|class) (\w+)(?:<| [={]| extends | implements )/gm

function typesIn(text: string): string[] {
  return [...text.matchAll(DECLARATION)].flatMap(([, name]) => name ?? [])
}

/** Returns each name of a type that more than one of the files declares, with these files. */
function repeatedNames(files: ReadonlyMap<string, string>): Record<string, string[]> {
  const homes = new Map<string, string[]>()
  for (const [file, text] of files)
    for (const name of new Set(typesIn(text))) homes.set(name, [...(homes.get(name) ?? []), file])
  return Object.fromEntries([...homes].filter(([, all]) => all.length > 1))
}

it('each type of the product has a name that no other type has', () => {
  const paths = globSync(['src/**/*.ts', 'src/**/*.tsx', 'web/**/*.ts', 'web/**/*.tsx'], {
    cwd: ROOT,
  })
  const files = new Map(
    paths.toSorted().map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]),
  )
  expect([...files.values()].flatMap(typesIn).length).toBeGreaterThan(500)
  expect(repeatedNames(files)).toEqual({})
})

it('finds a repeated name in each form of a declaration', () => {
  const forms = [
    'type A = 1',
    'export type A<B> = B',
    'interface A {',
    'export abstract class A extends C {',
  ]
  for (const one of forms)
    for (const other of forms)
      expect(
        repeatedNames(
          new Map([
            ['one', `\n${one}`],
            ['other', other],
          ]),
        ),
      ).toEqual({ A: ['one', 'other'] })
})

it('does not take an import, a use or a schema for a declaration', () => {
  const use =
    "import {\n  type A,\n} from './a.ts'\nconst A = z.infer<typeof A>\n// the type A of a\n"
  expect(
    repeatedNames(
      new Map([
        ['one', use],
        ['other', 'type A = 1'],
      ]),
    ),
  ).toEqual({})
})
