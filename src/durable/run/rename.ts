import { changeNaming, isNamed, type NamingChange } from '../../protocol/naming.ts'
import type { RunTransaction } from './run-engine.ts'
import type { RenameAnswer } from './run-rpc.ts'

/**
 * Changes the run's name and labels, also after the run's end: they are no part of the state that watchers are
 * shown, so they raise no seq (RUN-7). A checkpoint brings them to Postgres.
 */
export function rename(tx: RunTransaction, change: NamingChange): RenameAnswer {
  const { name, labels, named, ...rest } = tx.run
  const before = {
    ...(name === undefined ? {} : { name }),
    ...(labels === undefined ? {} : { labels }),
    ...(named === undefined ? {} : { named }),
  }
  const naming = changeNaming(before, change)
  if (naming === 'too_many') return { kind: 'too_many' }
  if (isNamed(before, naming)) return { kind: 'named', naming: before }
  tx.updateRun(() => ({ ...rest, ...naming }))
  tx.enqueueCheckpoint()
  return { kind: 'named', naming }
}
