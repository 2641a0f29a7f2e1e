import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'

import type { RunId } from '../../src/protocol/ids.ts'
import type { MatterId } from '../../src/protocol/matter.ts'
import { WatchToken } from '../../src/protocol/run.ts'
import { post, request } from '../wire/request.ts'
import { CopyButton } from './copy-button.tsx'
import { Modal, type ModalHandle } from './modal.tsx'
import { Trouble } from './trouble.tsx'
import { moment } from './words.ts'

const LIVES = [
  [3_600, 'an hour'],
  [86_400, 'a day'],
  [604_800, 'a week'],
  [2_592_000, '30 days'],
] as const

/** What a link shows: a run, or a matter with its documents. */
type Shared =
  | { readonly kind: 'run'; readonly run_id: RunId }
  | { readonly kind: 'matter'; readonly matter_id: MatterId }

type ShareProps = { shared: Shared; look?: string }

/** The key of the list of all links, which the settings show. */
export const LINKS_KEY = ['watch-tokens']

const WORDS = {
  run: {
    title: 'Share this run',
    means: 'Whoever has the link can watch this run, and can change nothing.',
  },
  matter: {
    title: 'Share this matter',
    means:
      'Whoever has the link can read, search and download the documents of this matter, also those that you add later. They can change nothing, and see none of your other matters.',
  },
} as const

/** Makes a link by which anybody may read this run or matter, and nothing else, until the link expires. */
export function ShareButton({ shared, look = '' }: ShareProps) {
  const modal = useRef<ModalHandle>(null)
  const [opened, setOpened] = useState(0)
  return (
    <>
      <button
        type="button"
        className={`button button-quiet ${look}`}
        onClick={() => modal.current?.open()}
      >
        Share
      </button>
      <Modal ref={modal} title={WORDS[shared.kind].title} onClose={() => setOpened(opened + 1)}>
        <p>{WORDS[shared.kind].means}</p>
        <ShareForm key={opened} shared={shared} onClose={() => modal.current?.close()} />
      </Modal>
    </>
  )
}

function ShareForm({ shared, onClose }: ShareProps & { onClose: () => void }) {
  const client = useQueryClient()
  const [life, setLife] = useState(86_400)
  const share = useMutation({
    mutationFn: () => request(tokensOf(shared), WatchToken, post({ expires_in: life })),
    onSuccess: () => void client.invalidateQueries({ queryKey: LINKS_KEY }),
  })
  const { data } = share
  return (
    <>
      {data ? (
        <MadeLink link={linkOf(shared, data)} until={data.expires_at} />
      ) : (
        <label className="block">
          The link works for{' '}
          <select
            className="field"
            value={life}
            onChange={(event) => setLife(Number(event.target.value))}
          >
            {LIVES.map(([seconds, words]) => (
              <option key={seconds} value={seconds}>
                {words}
              </option>
            ))}
          </select>
        </label>
      )}
      {share.error && <Trouble title="No link was made" error={share.error} />}
      <div className="flex flex-wrap justify-end gap-3">
        <button type="button" className="button button-quiet" onClick={onClose}>
          Close
        </button>
        {data ? (
          <CopyButton text={linkOf(shared, data)}>Copy the link</CopyButton>
        ) : (
          <button
            type="button"
            className="button button-main"
            disabled={share.isPending}
            onClick={() => share.mutate()}
          >
            Make a link
          </button>
        )}
      </div>
    </>
  )
}

function tokensOf(shared: Shared): string {
  return shared.kind === 'run'
    ? `/api/runs/${shared.run_id}/watch-tokens`
    : `/api/matters/${shared.matter_id}/watch-tokens`
}

/** The token is in the fragment, which no browser sends to a server. */
function linkOf(shared: Shared, { token }: WatchToken): string {
  const path = shared.kind === 'run' ? shared.run_id : `matters/${shared.matter_id}`
  return `${location.origin}/watch/${path}#${token}`
}

function MadeLink({ link, until }: { link: string; until: string }) {
  return (
    <>
      <input readOnly aria-label="Link" className="field w-full" value={link} />
      <p className="text-sm text-muted">
        It works until {moment(until)}. The settings can revoke it.
      </p>
    </>
  )
}
