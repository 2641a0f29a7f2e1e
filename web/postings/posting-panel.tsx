import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'

import { Failure, Skeleton } from '../parts/list-states.tsx'
import { PostingDetails } from './posting-details.tsx'
import type { PostingAddress } from './postings-view.ts'
import { useStoredPosting } from './stored-posting.ts'

type PostingPanelProps = { posting: PostingAddress; onClose: () => void }

/** One posting beside the list, and over it on a narrow screen. */
export function PostingPanel({ posting, onClose }: PostingPanelProps) {
  const { loaded, found } = useStoredPosting(posting)
  const heading = useRef<HTMLHeadingElement>(null)
  const title = found?.title ?? 'Posting'
  useEffect(() => {
    const opener = document.activeElement
    heading.current?.focus({ preventScroll: true })
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
    }
  }, [])
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a key closes the panel; it has a button too
    <aside
      aria-labelledby="posting-title"
      className="fixed inset-0 z-40 overflow-y-auto bg-surface p-4 lg:sticky lg:inset-auto lg:top-20 lg:z-auto lg:max-h-[calc(100dvh-6rem)] lg:w-[26rem] lg:shrink-0 lg:rounded-xl lg:border lg:border-line xl:w-[32rem]"
      onKeyDown={({ key }) => key === 'Escape' && onClose()}
    >
      <div className="flex items-start justify-between gap-3">
        <h2
          id="posting-title"
          ref={heading}
          tabIndex={-1}
          className="min-w-0 text-lg font-bold wrap-anywhere"
        >
          {title}
        </h2>
        <button type="button" className="button button-quiet text-sm" onClick={onClose}>
          Close
        </button>
      </div>
      <Failure what="The posting" loaded={loaded} />
      {loaded.isPending && <Skeleton rows={4} />}
      {loaded.isSuccess && found === undefined && <p>This posting is not stored.</p>}
      {found && (
        <>
          <PostingDetails posting={found} />
          <Link
            to="/postings/$company/$external_id"
            params={posting}
            className="mt-4 inline-block text-sm text-accent underline"
          >
            Open as a page
          </Link>
        </>
      )}
    </aside>
  )
}
