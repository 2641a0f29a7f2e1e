import type { Owner } from '../../protocol/ids.ts'
import type { Alarm } from '../outbox/alarm.ts'
import { tablesIn } from '../storage.ts'
import type { Watchers } from '../watch/watchers.ts'
import type { RunEngine } from './run-engine.ts'
import type { EraseAnswer, EraseRequest } from './run-rpc.ts'
import { isEnded } from './run-state.ts'

type ErasureParts = {
  readonly storage: DurableObjectStorage
  readonly engine: RunEngine
  readonly watchers: Pick<Watchers, 'cutAll'>
  readonly wakeUp: Alarm
}

/**
 * The deletion of a run in its object (DEL-2). First a mark replaces all that the object has: late calls find no run, and a
 * start with the run's key is refused. Later the mark goes too, and the object is as if it had never been called.
 */
export class RunErasure {
  private readonly parts: ErasureParts
  /** Whose run was deleted here. */
  private marked: Owner | undefined

  constructor(parts: ErasureParts) {
    this.parts = parts
    this.marked = readMark(parts.storage.sql)
  }

  /** Whether a run of this owner was deleted here. Without an owner: whether any was. */
  isErased(owner?: Owner): boolean {
    return this.marked !== undefined && (owner === undefined || owner === this.marked)
  }

  async erase({ owner, ended_only = false }: EraseRequest): Promise<EraseAnswer> {
    const { storage, engine, watchers, wakeUp } = this.parts
    if (this.isErased(owner)) return { kind: 'erased' }
    if (!engine.belongsTo(owner)) return { kind: 'unknown' }
    const { run } = engine
    if (ended_only && run !== undefined && !isEnded(run)) return { kind: 'goes_on' }
    storage.transactionSync(() => mark(storage.sql, owner))
    watchers.cutAll('deleted')
    engine.forget()
    this.marked = owner
    await wakeUp.off()
    return { kind: 'erased' }
  }

  /** Removes the mark of a deleted run. */
  async vanish({ owner }: Pick<EraseRequest, 'owner'>): Promise<void> {
    const { storage, wakeUp } = this.parts
    if (!this.isErased(owner)) return
    await wakeUp.off()
    await storage.deleteAll()
    this.marked = undefined
  }
}

const MARK = 'erased'

function readMark(sql: SqlStorage): Owner | undefined {
  if (!tablesIn(sql).includes(MARK)) return undefined
  const [row] = sql.exec<{ owner: Owner }>(`SELECT owner FROM ${MARK}`).toArray()
  return row?.owner
}

/** Drops every table, also one that a later version has added. */
function mark(sql: SqlStorage, owner: Owner): void {
  for (const table of tablesIn(sql)) sql.exec(`DROP TABLE "${table}"`)
  sql.exec(`CREATE TABLE ${MARK} (owner TEXT NOT NULL)`)
  sql.exec(`INSERT INTO ${MARK} (owner) VALUES (?)`, owner)
}
