import { describe, expect, it } from 'vitest'

import { CommonJobStatus, RunStatus } from '../../src/protocol/status.ts'
import { isTerminalJob, isTerminalRun } from '../../src/protocol/terminal.ts'

describe('a status', () => {
  it('RUN-1: is terminal for a run that is finished, in error or aborted', () => {
    expect(RunStatus.options.filter(isTerminalRun)).toEqual(['finished', 'error', 'aborted'])
  })

  it('RUN-3: is terminal for a job that is ready, failed, skipped or aborted', () => {
    expect(CommonJobStatus.options.filter(isTerminalJob)).toEqual([
      'ready',
      'failed',
      'skipped',
      'aborted',
    ])
  })
})
