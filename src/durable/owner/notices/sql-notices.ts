import type { NoticeDelivery } from './delivery.ts'
import type { NoticeStore } from './notice-store.ts'
import type { Webhook } from './webhook.ts'

/** The index has what is owed: each alarm asks for the first of it, among a thousand rows of the log. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS webhooks (
    webhook_id TEXT PRIMARY KEY, created_at INTEGER NOT NULL, data TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS deliveries (
    n INTEGER PRIMARY KEY, webhook_id TEXT NOT NULL, notice_id TEXT NOT NULL, ord TEXT NOT NULL,
    fate TEXT NOT NULL, due INTEGER NOT NULL, data TEXT NOT NULL, UNIQUE (webhook_id, notice_id));
  CREATE INDEX IF NOT EXISTS deliveries_owed ON deliveries (webhook_id, ord, n) WHERE fate = 'owed';
`

/** The first that is owed of each order: later ones wait for it. */
const HEADS = `FROM deliveries AS d WHERE fate = 'owed' AND NOT EXISTS (
  SELECT 1 FROM deliveries AS e WHERE e.fate = 'owed' AND e.webhook_id = d.webhook_id AND e.ord = d.ord AND e.n < d.n)`

type DeliveryRow = { n: number; data: string }

type NoticeTables = {
  readonly sql: SqlStorage
  /** Makes the tables, unless there are some. */
  readonly make: () => void
  /** Whether there are tables. */
  readonly made: () => boolean
  readonly deliveries: (rest: string, ...values: (string | number)[]) => NoticeDelivery[]
}

/** An owner's webhooks in the object's own SQLite. The tables are made with the first webhook. */
export function openSqlNotices(storage: DurableObjectStorage): NoticeStore {
  const { sql } = storage
  const table = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'deliveries'"
  let made = sql.exec(table).toArray().length > 0
  const rows: NoticeTables = {
    sql,
    made: () => made,
    make() {
      if (!made) sql.exec(TABLES)
      made = true
    },
    deliveries: (rest, ...values) =>
      made
        ? sql
            .exec<DeliveryRow>(`SELECT n, data ${rest}`, ...values)
            .toArray()
            .map(toDelivery)
        : [],
  }
  const transaction: NoticeStore['transaction'] = (work) => storage.transactionSync(work)
  return { transaction, ...webhooksIn(rows), ...deliveriesIn(rows) }
}

type WebhookStore = Pick<NoticeStore, 'list' | 'find' | 'put' | 'remove'>

function webhooksIn({ sql, made, make }: NoticeTables): WebhookStore {
  const webhooks = (rest: string, ...values: string[]): Webhook[] =>
    made()
      ? sql
          .exec<{ data: string }>(`SELECT data FROM webhooks ${rest}`, ...values)
          .toArray()
          .map(toWebhook)
      : []
  return {
    list: () => webhooks('ORDER BY created_at, webhook_id'),
    find: (webhook_id) => webhooks('WHERE webhook_id = ?', webhook_id)[0],
    put(webhook) {
      make()
      const { webhook_id, created_at } = webhook
      const write = 'INSERT OR REPLACE INTO webhooks VALUES (?, ?, ?)'
      sql.exec(write, webhook_id, created_at, JSON.stringify(webhook))
    },
    remove(webhook_id) {
      sql.exec('DELETE FROM webhooks WHERE webhook_id = ?', webhook_id)
      sql.exec('DELETE FROM deliveries WHERE webhook_id = ?', webhook_id)
    },
  }
}

type DeliveryStore = Omit<NoticeStore, keyof WebhookStore | 'transaction'>

function deliveriesIn({ sql, made, deliveries }: NoticeTables): DeliveryStore {
  return {
    add(delivery) {
      const { webhook_id, notice_id, order, fate, due } = delivery
      const write = `INSERT OR IGNORE INTO deliveries (webhook_id, notice_id, ord, fate, due, data) VALUES (?, ?, ?, ?, ?, ?)`
      sql.exec(write, webhook_id, notice_id, order, fate, due, JSON.stringify(delivery))
    },
    putDelivery({ n, ...delivery }) {
      const write = 'UPDATE deliveries SET fate = ?, due = ?, data = ? WHERE n = ?'
      sql.exec(write, delivery.fate, delivery.due, JSON.stringify(delivery), n)
    },
    findDelivery: (webhook_id, notice_id) =>
      deliveries(
        'FROM deliveries WHERE webhook_id = ? AND notice_id = ?',
        webhook_id,
        notice_id,
      )[0],
    deliveries: (webhook_id, limit) =>
      deliveries('FROM deliveries WHERE webhook_id = ? ORDER BY n DESC LIMIT ?', webhook_id, limit),
    owed: (webhook_id) =>
      deliveries("FROM deliveries WHERE webhook_id = ? AND fate = 'owed' ORDER BY n", webhook_id),
    due: (now, limit) => deliveries(`${HEADS} AND due <= ? ORDER BY due, n LIMIT ?`, now, limit),
    firstDue() {
      if (!made()) return undefined
      return (
        sql.exec<{ due: number | null }>(`SELECT min(due) AS due ${HEADS}`).one().due ?? undefined
      )
    },
    dropEnded: (webhook_id, keep) =>
      void sql.exec(
        `DELETE FROM deliveries WHERE webhook_id = ?1 AND fate <> 'owed' AND n <= (
          SELECT n FROM deliveries WHERE webhook_id = ?1 AND fate <> 'owed' ORDER BY n DESC LIMIT 1 OFFSET ?2)`,
        webhook_id,
        keep,
      ),
  }
}

// This store wrote the JSON of both.
function toWebhook({ data }: { data: string }): Webhook {
  return JSON.parse(data)
}

function toDelivery({ n, data }: DeliveryRow): NoticeDelivery {
  return { ...JSON.parse(data), n }
}
