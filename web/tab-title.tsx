import type { RunId } from '../src/protocol/ids.ts'
import { useFollowed } from './followed.ts'
import { tabTitle } from './run-standing.ts'

export function TabTitle({ run_id }: { run_id: RunId }) {
  return <title>{useFollowed(run_id, ({ run }) => tabTitle(run_id, run))}</title>
}
