import type { RunId } from '../../src/protocol/ids.ts'
import { isTerminalRun } from '../../src/protocol/terminal.ts'
import { Announcer } from '../parts/announcer.tsx'
import { useNouns } from '../parts/nouns.ts'
import { useFollowed } from './followed.ts'
import { spoken } from './run-words.ts'

/** Announces how a run goes on to assistive tools. */
export function RunAnnouncer({ run_id }: { run_id: RunId }) {
  const { job } = useNouns()
  const text = useFollowed(run_id, ({ run }) => spoken(run, job))
  const ended = useFollowed(run_id, ({ run }) => isTerminalRun(run.status))
  return <Announcer text={text} urgent={ended} />
}
