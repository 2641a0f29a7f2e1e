import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { beforeAll, expect, it } from 'vitest'

import type { Progress } from '../../src/protocol/events.ts'
import { learnPipelines, ShownPipeline } from '../../web/parts/nouns.ts'
import { Pace } from '../../web/run/pace.tsx'
import { pipelineViews } from '../support/pipeline-views.ts'

beforeAll(() => learnPipelines(pipelineViews))

const until = '2026-01-01T10:20:30Z'

const progress: Progress = {
  counts: { total: 9, by_status: { pending: 9 } },
  groups_open: 0,
  rate: 0,
  waits: [
    { code: 'paused', message: 'The host asked for a pause.', until, groups: 1 },
    { code: 'pace', message: 'The host is asked slowly.', until, groups: 3 },
  ],
}

function htmlOf(shown: Progress | undefined, pipeline = 'ingestion'): string {
  const pace = createElement(Pace, { progress: shown })
  return renderToStaticMarkup(createElement(ShownPipeline, { value: pipeline }, pace))
}

it('EV-6: the page shows why a run waits, until when, and for how many companies', () => {
  const html = htmlOf(progress)
  expect(html).toContain(`dateTime="${until}"`)
  expect(html).toContain('The host asked for a pause. (1 company)')
  expect(html).toContain('The host is asked slowly. (3 companies)')
  expect(htmlOf(progress, 'documents')).toContain('The host is asked slowly. (3 matters)')
})

it('EV-6, DB-3: the page shows since when a run waits, if that is known', () => {
  const since = '2026-01-01T10:00:00Z'
  const [wait] = progress.waits ?? []
  if (wait === undefined) throw new Error('it waits for nothing')
  const html = htmlOf({ ...progress, waits: [{ ...wait, since }] })
  expect(html).toMatch(/Waits since <time dateTime="2026-01-01T10:00:00Z">/)
  expect(html).not.toContain(until)
})

it('the page shows nothing if the rate of a run is unknown', () => {
  expect(htmlOf(undefined).replaceAll(/<[^>]*>/g, '')).toBe('')
})
