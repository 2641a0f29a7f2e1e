import { TestRun, type TestRunOptions } from './test-run.ts'

/** Makes a run with one closed group of `count` jobs, whose flights were sent. */
export function sentRun(count: number, options: TestRunOptions = {}): TestRun {
  const test = new TestRun(options)
  test.create('a', 'b')
  test.plan(0, count)
  test.mail = test.take('flight')
  return test
}
