import { z } from 'zod'

import { viewChoice, viewText } from '../parts/view.ts'

export const RUN_TABS = ['overview', 'items', 'timeline', 'log', 'input'] as const
export type RunTab = (typeof RUN_TABS)[number]

export const LOG_LEVELS = ['notable', 'error'] as const

/** What of a run is shown, as an address has it. Without a tab: the overview. `item`: the open item (`item-rows.ts`). */
export const RunAddress = z.object({
  tab: viewChoice(RUN_TABS),
  group: viewText(),
  status: viewText(),
  outcome: viewText(),
  q: viewText(),
  item: viewText(),
  level: viewChoice(LOG_LEVELS),
  /** Of the timeline: its filter, and the shown part of the time, as `12-40.5` in seconds. */
  only: viewChoice(['errors']),
  span: viewText(),
})
export type RunAddress = z.infer<typeof RunAddress>
