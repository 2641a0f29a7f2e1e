import { expect, it } from 'vitest'

import { books } from '../../src/pipelines/books/books.ts'
import type { WorkPorts, WorkTask } from '../../src/pipelines/pipeline.ts'
import { ExternalId, GroupKey, Owner, RunId } from '../../src/protocol/ids.ts'

const job: Omit<WorkTask, 'payload'> = {
  owner: Owner.parse('alice'),
  run_id: RunId.parse('0'.repeat(32)),
  group: GroupKey.parse('A book'),
  external_id: ExternalId.parse('1'),
  title: 'A chapter',
  attempt: 1,
}

/** The work touches the world through its ports only, so that a test needs no more than these. */
function work(text: string) {
  const steps: string[] = []
  const ports: Pick<WorkPorts, 'step'> = { step: (step) => void steps.push(step) }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the work asks for no other port
  return { steps, result: books.work({ ...job, payload: text }, ports as WorkPorts) }
}

it('counts the words of a chapter', async () => {
  const { steps, result } = work('The sun, the moon.')
  expect(await result).toEqual({ kind: 'ready', result: { words: 4, different: 4 } })
  expect(steps).toEqual(['counting'])
})

it('says what its user can mend', async () => {
  const result = await work('…').result
  expect(result).toMatchObject({ kind: 'failed', failure: { code: 'no_words' } })
  expect(books.mendable).toContain('no_words')
})
