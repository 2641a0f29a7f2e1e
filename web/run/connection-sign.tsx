import type { RunId } from '../../src/protocol/ids.ts'
import { FeedSign } from '../parts/feed-sign.tsx'
import { useFollowed } from './followed.ts'

export function ConnectionSign({ run_id }: { run_id: RunId }) {
  return <FeedSign connection={useFollowed(run_id, (state) => state.connection)} />
}
