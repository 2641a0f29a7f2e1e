import { Link } from '@tanstack/react-router'

import { useNouns } from '../parts/nouns.ts'
import { capital } from '../parts/words.ts'
import { RUN_TABS, type RunTab } from './run-address.ts'

/** Links to the parts of a run. */
export function RunTabs({ shown, isShared }: { shown: RunTab; isShared: boolean }) {
  const { job } = useNouns()
  const tabs = isShared ? RUN_TABS.filter((tab) => tab !== 'input') : RUN_TABS
  return (
    <nav aria-label="Parts of the run" className="flex flex-wrap gap-2">
      {tabs.map((tab) => (
        <Link
          key={tab}
          to="."
          search={tab === 'overview' ? {} : { tab }}
          hash
          resetScroll={false}
          className="chip"
          aria-current={tab === shown ? 'true' : undefined}
          activeOptions={{ exact: true, includeSearch: true }}
        >
          {tab === 'items' ? capital(job.many) : capital(tab)}
        </Link>
      ))}
    </nav>
  )
}
