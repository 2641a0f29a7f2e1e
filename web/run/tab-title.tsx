import type { RunId } from '../../src/protocol/ids.ts'
import { useFollowed } from './followed.ts'
import { tabTitle } from './run-words.ts'

export function TabTitle({ run_id, name }: { run_id: RunId; name: string }) {
  return <title>{useFollowed(run_id, ({ run }) => tabTitle(name, run))}</title>
}
