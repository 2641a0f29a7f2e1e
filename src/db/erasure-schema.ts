import { integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'

/**
 * Runs whose deletion is under way, or was done a short while ago. Nothing is written for a run with a fence (DEL-2).
 * The task that deletes the run removes the fence when no worker of the run can be alive any more.
 */
export const fences = pgTable(
  'fences',
  {
    owner: text().notNull(),
    run_id: text().notNull(),
    /** The task that set the fence. */
    task_id: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.owner, t.run_id] })],
)

/**
 * How many rows a task has removed of each part. The statement that removes rows counts them here, so that the count is
 * right whenever the task breaks off. The task takes the counts into its receipt and removes these rows.
 */
export const removals = pgTable(
  'removals',
  {
    owner: text().notNull(),
    task_id: text().notNull(),
    part: text().notNull(),
    count: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.owner, t.task_id, t.part] })],
)
