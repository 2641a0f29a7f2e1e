import {
  blankLastVisit,
  dropCompany,
  forgetCompany,
  lastVisitOf,
  runsOfCompany,
} from '../db/company-deletion.ts'
import {
  countDocuments,
  dropRemovals,
  forgetRun,
  hasAny,
  ownedTables,
  readRemovals,
  removeSlice,
  runIdsOf,
} from '../db/erasure.ts'
import { fencedRuns, isAlone, liftFences, readMoment, setFences } from '../db/fences.ts'
import { filesOf, removeDocuments, removeTexts, runsOfMatter } from '../db/matter-deletion.ts'
import { removeMatter } from '../db/matters.ts'
import { countRuns, listRuns } from '../db/run-list.ts'
import { renameArchived } from '../db/run-naming.ts'
import { revokeAllWatchTokens } from '../db/watch-tokens.ts'
import { openBlobKeys } from '../storage/blob-keys.ts'
import { openFiles } from '../storage/files.ts'
import type { StepPorts } from '../tasks/task-ports.ts'
import { untilErased } from '../tasks/until-erased.ts'
import { ownersOf, runsOf } from './objects.ts'
import type { Parts } from './parts.ts'

/** What the steps of tasks act on. */
export function stepping({ env, db, settings, gates }: Parts): StepPorts {
  const files = openFiles(env.FILES)
  const owners = ownersOf(env)
  return {
    run: runsOf(env),
    owner: (owner) => ({
      runs: () => owners(owner).runs(),
      forget: (request) => owners(owner).forget(request),
      erase: () => untilErased(() => owners(owner).erase()),
    }),
    fences: {
      set: (key, run_ids) => setFences(db, key, run_ids),
      moment: () => readMoment(db),
      isAlone: (moment) => isAlone(db, moment),
      list: (key, page) => fencedRuns(db, key, page),
      lift: (key, run_ids) => liftFences(db, key, run_ids),
    },
    rows: {
      remove: (slice, removal) => removeSlice(db, slice, removal),
      counted: (key) => readRemovals(db, key),
      drop: (key) => dropRemovals(db, key),
      tables: () => ownedTables(db),
      forgetRun: (run, limit) => forgetRun(db, run, limit),
      documentsOf: (run) => countDocuments(db, run),
      runIds: (query) => runIdsOf(db, query),
      hasAny: (table, owner) => hasAny(db, table, owner),
    },
    company: {
      drop: (key) => dropCompany(db, key),
      lastVisit: (key) => lastVisitOf(db, key),
      runs: (company) => runsOfCompany(db, company),
      blank: (company) => blankLastVisit(db, company),
      forget: (company) => forgetCompany(db, company),
    },
    documents: {
      runs: (query) => runsOfMatter(db, query),
      files: (scope, limit) => filesOf(db, scope, limit),
      removeTexts: (slice, documents) => removeTexts(db, slice, documents),
      remove: (key, documents) => removeDocuments(db, key, documents),
      removeMatter: (matter) => removeMatter(db, matter),
      revokeTokens: (owner) => revokeAllWatchTokens(db, { owner }),
    },
    list: {
      runs: (query) => listRuns(db, query),
      count: (filter) => countRuns(db, filter),
      renameArchived: (run, change) => renameArchived(db, run, change),
    },
    blobs: openBlobKeys(env.BLOBS, gates.storage),
    files: { remove: (keys) => gates.storage(() => files.remove(keys)) },
    now: () => Date.now(),
    settings,
  }
}
