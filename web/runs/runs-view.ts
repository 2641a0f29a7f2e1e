import { z } from 'zod'

import { ListedStatus } from '../../src/protocol/run.ts'
import { viewChoice, viewText } from '../parts/view.ts'

/** The filters of the list of runs, as an address has them. */
export const RunsView = z.object({
  status: viewChoice(ListedStatus.options),
  q: viewText(),
  group: viewText(),
  label: viewText(),
  pipeline: viewText(),
})
export type RunsView = z.infer<typeof RunsView>

/** The query by which the API lists the runs of a view. */
export function runsQuery({ status, ...texts }: RunsView): Record<string, string> {
  const given = Object.entries(texts).filter(([, text]) => text.trim() !== '')
  return { ...(status && { status }), ...Object.fromEntries(given) }
}
