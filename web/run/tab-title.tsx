import type { RunId } from '../../src/protocol/ids.ts'
import { useFavicon } from './favicon.ts'
import { useFollowed } from './followed.ts'
import { percentDone, tabTitle } from './run-words.ts'

export function TabTitle({ run_id, name }: { run_id: RunId; name: string }) {
  useFavicon(useFollowed(run_id, ({ run }) => percentDone(run)))
  return <title>{useFollowed(run_id, ({ run }) => tabTitle(name, run))}</title>
}
