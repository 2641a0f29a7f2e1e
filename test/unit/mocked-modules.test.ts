import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, it } from 'vitest'

const TESTS = join(import.meta.dirname, '..')

it('only a file with a process of its own mocks a module', () => {
  const mocking = globSync('{unit,pg}/**/*.test.ts', { cwd: TESTS }).filter((path) =>
    /\bvi\.(?:mock|doMock)\(/.test(readFileSync(join(TESTS, path), 'utf8')),
  )
  expect(mocking).not.toEqual([])
  expect(mocking.filter((path) => !path.startsWith('unit/without/'))).toEqual([])
})
