import {
  type InfiniteData,
  useInfiniteQuery,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useRef } from 'react'

import { WatchTokenList } from '../../src/protocol/watch-token-list.ts'
import { Failure, Skeleton } from '../parts/list-states.tsx'
import { unnamed } from '../parts/names.ts'
import { LINKS_KEY } from '../parts/share-button.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { moment } from '../parts/words.ts'
import { useRunName } from '../run/run-view.ts'
import { answered, request } from '../wire/request.ts'

type SharedLink = WatchTokenList['tokens'][number]
type LinkToRun = Extract<SharedLink, { kind: 'run' }>

function useSharedLinks() {
  return useInfiniteQuery({
    queryKey: LINKS_KEY,
    queryFn: ({ pageParam }) => {
      const cursor: Record<string, string> = pageParam === '' ? {} : { cursor: pageParam }
      return request(`/api/watch-tokens?${new URLSearchParams(cursor)}`, WatchTokenList)
    },
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor,
  })
}

/** The links that share runs and matters, from whichever browser they were made. */
export function SharedLinks() {
  const client = useQueryClient()
  const heading = useRef<HTMLHeadingElement>(null)
  const loaded = useSharedLinks()
  const links = loaded.data?.pages.flatMap(({ tokens }) => tokens) ?? []
  const revoked = ({ token_id }: SharedLink) => {
    // A keyboard user goes on from the title: the pressed button is gone.
    heading.current?.focus()
    client.setQueryData<InfiniteData<WatchTokenList>>(
      LINKS_KEY,
      (now) => now && without(now, token_id),
    )
  }
  return (
    <section aria-labelledby="shares" className="panel space-y-3 p-5">
      <h2 id="shares" ref={heading} tabIndex={-1} className="text-lg font-bold">
        Shared links
      </h2>
      <p className="text-sm text-muted">The links to your runs and matters that work now.</p>
      <Failure what="The links" loaded={loaded} />
      {loaded.isPending && <Skeleton rows={2} />}
      {loaded.isSuccess && links.length === 0 && !loaded.hasNextPage && (
        <p className="text-muted">None. The page of a run or a matter makes a link with “Share”.</p>
      )}
      <ul aria-label="Links" className="divide-y divide-line">
        {links.map((link) => (
          <Row key={link.token_id} link={link} onRevoked={() => revoked(link)} />
        ))}
      </ul>
      {loaded.hasNextPage && (
        <button
          type="button"
          className="button button-quiet w-full text-sm"
          disabled={loaded.isFetchingNextPage}
          onClick={() => void loaded.fetchNextPage()}
        >
          Show more
        </button>
      )}
    </section>
  )
}

function without({ pages, ...rest }: InfiniteData<WatchTokenList>, token_id: string) {
  const left = pages.map(({ tokens, next_cursor }) => ({
    tokens: tokens.filter((token) => token.token_id !== token_id),
    next_cursor,
  }))
  return { ...rest, pages: left }
}

type LinkRowProps = { link: SharedLink; onRevoked: () => void }

function Row({ link, onRevoked }: LinkRowProps) {
  if (link.kind === 'run' && link.run === null) return <RowOfOldRun {...{ link, onRevoked }} />
  const name = link.kind === 'run' ? (link.run ?? '') : link.matter
  return <NamedRow {...{ link, name, onRevoked }} />
}

/** The list of links names no run that is older than those of the live list. */
function RowOfOldRun({ link, onRevoked }: LinkRowProps & { link: LinkToRun }) {
  const name = useRunName(link.run_id) ?? unnamed(link.run_id)
  return <NamedRow {...{ link, name, onRevoked }} />
}

function NamedRow({ link, name, onRevoked }: LinkRowProps & { name: string }) {
  const until = moment(link.expires_at)
  const revoke = useMutation({
    mutationFn: () => answered(pathOf(link), { method: 'DELETE' }),
    onSuccess: onRevoked,
  })
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
      <Link {...sharedBy(link)} className="min-w-0 text-accent underline wrap-anywhere">
        {name}
      </Link>
      <span className="text-sm text-muted">
        {link.kind}, until {until}
      </span>
      <button
        type="button"
        className="button button-danger ml-auto text-sm"
        aria-label={`Revoke the link to ${name} that works until ${until}`}
        disabled={revoke.isPending}
        onClick={() => revoke.mutate()}
      >
        Revoke
      </button>
      {revoke.error && <Trouble title="The link was not revoked" error={revoke.error} />}
    </li>
  )
}

/** The page of the run or of the matter, for its owner. */
function sharedBy(link: SharedLink) {
  switch (link.kind) {
    case 'run':
      return { to: '/runs/$run_id', params: { run_id: link.run_id } } as const
    case 'matter':
      return { to: '/matters/$matter', params: { matter: link.matter_id } } as const
  }
}

/** The route that revokes a link. */
function pathOf(link: SharedLink): string {
  switch (link.kind) {
    case 'run':
      return `/api/runs/${link.run_id}/watch-tokens/${link.token_id}`
    case 'matter':
      return `/api/matters/${link.matter_id}/watch-tokens/${link.token_id}`
  }
}
