import { expect, test } from 'vitest'

import { lastLines, readReport } from '../../scripts/check/report.ts'

function report(...files: { name: string; status: string; tests: [string, string][] }[]): string {
  return JSON.stringify({
    numPassedTests: 2,
    testResults: files.map(({ name, status, tests }) => ({
      name: `/house/test/${name}.test.ts`,
      status,
      assertionResults: tests.map(([fullName, of]) => ({ fullName, status: of })),
    })),
  })
}

const read = (json: string, ok: boolean) => readReport(json, { ok, root: '/house' })

test('one line before the counts names everything that failed, with its file', () => {
  const json = report(
    { name: 'a', status: 'passed', tests: [['one', 'passed']] },
    {
      name: 'b',
      status: 'failed',
      tests: [
        ['two', 'failed'],
        ['three', 'passed'],
        ['four', 'failed'],
      ],
    },
    { name: 'c', status: 'failed', tests: [] },
  )
  expect(lastLines([{ passed: 0, red: ['lint'] }, read(json, false)])).toBe(
    'red: lint; test/b.test.ts "two"; test/b.test.ts "four"; test/c.test.ts (did not load)\n' +
      '2 passed, 4 failed',
  )
})

test('nothing is named if everything passed', () => {
  const json = report({ name: 'a', status: 'passed', tests: [['one', 'passed']] })
  expect(lastLines([{ passed: 1, red: [] }, read(json, true)])).toBe('3 passed, 0 failed')
})

test('an error outside of every test counts as failed', () => {
  const json = report({ name: 'a', status: 'passed', tests: [['one', 'passed']] })
  expect(read(json, false).red).toEqual(['an error outside of the tests'])
})

test('an invalid report is an error', () => {
  expect(() => read('{}', true)).toThrow('numPassedTests')
})
