import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, type LinkProps } from '@tanstack/react-router'
import { useRef, useState } from 'react'

import { MatterTokenList, type MatterTokenView } from '../../src/protocol/matter.ts'
import { Failure, Skeleton } from '../parts/list-states.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { moment } from '../parts/words.ts'
import { answered, request } from '../wire/request.ts'
import { forgetShare, keptShares, type KeptShare } from '../wire/shares.ts'

const KEY = ['watch-tokens']

/** A link that works now, and what it shows. */
type SharedLink = {
  readonly token_id: string
  readonly name: string
  readonly expires_at: string
  readonly link: LinkProps
  /** The route that revokes the link. */
  readonly path: string
}

/** The links that share runs and matters. The API lists those of matters; this browser remembers those of runs that it made. */
export function SharedLinks() {
  const client = useQueryClient()
  const heading = useRef<HTMLHeadingElement>(null)
  const [runs, setRuns] = useState(() => keptShares(Date.now()))
  const loaded = useQuery({
    queryKey: KEY,
    queryFn: () => request('/api/watch-tokens', MatterTokenList),
  })
  const matters = loaded.data?.tokens ?? []
  const links = [...matters.map(ofMatter), ...runs.map(ofRun)]
  const revoked = ({ token_id }: SharedLink) => {
    // A keyboard user goes on from the title: the pressed button is gone.
    heading.current?.focus()
    forgetShare(token_id)
    setRuns(keptShares(Date.now()))
    client.setQueryData<MatterTokenList>(KEY, (now) => now && without(now, token_id))
  }
  return (
    <section aria-labelledby="shares" className="panel space-y-3 p-5">
      <h2 id="shares" ref={heading} tabIndex={-1} className="text-lg font-bold">
        Shared links
      </h2>
      <p className="text-sm text-muted">
        Links to matters, and the links to runs that were made in this browser.
      </p>
      <Failure what="The links to matters" loaded={loaded} />
      {loaded.isPending && <Skeleton rows={2} />}
      {loaded.isSuccess && links.length === 0 && (
        <p className="text-muted">None. The page of a run or a matter makes a link with “Share”.</p>
      )}
      <ul className="divide-y divide-line">
        {links.map((link) => (
          <Row key={link.token_id} shown={link} onRevoked={() => revoked(link)} />
        ))}
      </ul>
    </section>
  )
}

function without({ tokens }: MatterTokenList, token_id: string): MatterTokenList {
  return { tokens: tokens.filter((token) => token.token_id !== token_id) }
}

function ofMatter({ matter_id, token_id, matter, expires_at }: MatterTokenView): SharedLink {
  return {
    token_id,
    name: matter,
    expires_at,
    link: { to: '/matters/$matter', params: { matter: matter_id } },
    path: `/api/matters/${matter_id}/watch-tokens/${token_id}`,
  }
}

function ofRun({ run_id, token_id, name, expires_at }: KeptShare): SharedLink {
  return {
    token_id,
    name,
    expires_at,
    link: { to: '/runs/$run_id', params: { run_id } },
    path: `/api/runs/${run_id}/watch-tokens/${token_id}`,
  }
}

function Row({ shown, onRevoked }: { shown: SharedLink; onRevoked: () => void }) {
  const { name, expires_at, link, path } = shown
  const revoke = useMutation({
    mutationFn: () => answered(path, { method: 'DELETE' }),
    onSuccess: onRevoked,
  })
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
      <Link {...link} className="min-w-0 text-accent underline wrap-anywhere">
        {name}
      </Link>
      <span className="text-sm text-muted">until {moment(expires_at)}</span>
      <button
        type="button"
        className="button button-danger ml-auto text-sm"
        aria-label={`Revoke the link to ${name}`}
        disabled={revoke.isPending}
        onClick={() => revoke.mutate()}
      >
        Revoke
      </button>
      {revoke.error && <Trouble title="The link was not revoked" error={revoke.error} />}
    </li>
  )
}
