import { Link } from '@tanstack/react-router'
import { useCallback } from 'react'

import { Empty, Failure, Skeleton } from '../parts/list-states.tsx'
import { useView } from '../parts/view.ts'
import { VirtualTable } from '../parts/virtual-table.tsx'
import { useListedPostings } from '../postings/listed-postings.ts'
import { postingColumns } from '../postings/posting-columns.tsx'
import { PostingPanel } from '../postings/posting-panel.tsx'
import { postingKey, PostingsView, postingText } from '../postings/postings-view.ts'
import { CompanyPageView } from './companies-view.ts'

const SHOWN = ['title', 'place', 'posted']
const BESIDE_PANEL = ['title']

/** The postings of one company, the newest first. */
export function CompanyPostings({ slug }: { slug: string }) {
  const [{ posting }, change] = useView(CompanyPageView)
  const { loaded, postings } = useListedPostings(viewOfCompany(slug))
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = loaded
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const open = postingKey(posting)
  return (
    <div className="items-start gap-6 lg:flex">
      <div className="flex min-w-0 flex-1 flex-col gap-4">
        <p>
          <Link to="/postings" search={{ company: slug }} className="text-accent underline">
            Filter and export these postings
          </Link>
        </p>
        <Failure what="The postings" loaded={loaded} />
        {loaded.isPending && <Skeleton />}
        {postings.length > 0 && (
          <VirtualTable
            label="Postings"
            columns={postingColumns}
            shown={open ? BESIDE_PANEL : SHOWN}
            rows={postings}
            keyOf={postingText}
            isCurrent={(one) => postingText(one) === posting}
            onEnd={more}
          />
        )}
        {loaded.data && postings.length === 0 && (
          <Empty title="No postings yet">
            <p className="text-muted">A run over this company stores what its job list has.</p>
          </Empty>
        )}
      </div>
      {open && (
        <PostingPanel key={posting} posting={open} onClose={() => change({ posting: '' }, true)} />
      )}
    </div>
  )
}

function viewOfCompany(slug: string): PostingsView {
  return PostingsView.parse({ company: slug })
}
