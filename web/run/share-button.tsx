import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'

import type { RunId } from '../../src/protocol/ids.ts'
import { WatchToken } from '../../src/protocol/run.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { Modal, type ModalHandle } from '../parts/modal.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { moment } from '../parts/words.ts'
import { post, request } from '../wire/request.ts'
import { keepShare } from '../wire/shares.ts'

const LIVES = [
  [3_600, 'an hour'],
  [86_400, 'a day'],
  [604_800, 'a week'],
  [2_592_000, '30 days'],
] as const

type ShareProps = { run_id: RunId; name: string }

/** Makes a link by which anybody may watch this run, and nothing else, until the link expires. */
export function ShareButton({ run_id, name }: ShareProps) {
  const modal = useRef<ModalHandle>(null)
  const [opened, setOpened] = useState(0)
  return (
    <>
      <button type="button" className="button button-quiet" onClick={() => modal.current?.open()}>
        Share
      </button>
      <Modal ref={modal} title="Share this run" onClose={() => setOpened(opened + 1)}>
        <p>Whoever has the link can watch this run, and can change nothing.</p>
        <ShareForm
          key={opened}
          run_id={run_id}
          name={name}
          onClose={() => modal.current?.close()}
        />
      </Modal>
    </>
  )
}

function ShareForm({ run_id, name, onClose }: ShareProps & { onClose: () => void }) {
  const [life, setLife] = useState(86_400)
  const share = useMutation({
    mutationFn: () =>
      request(`/api/runs/${run_id}/watch-tokens`, WatchToken, post({ expires_in: life })),
    onSuccess: ({ token_id, expires_at }) => keepShare({ run_id, name, token_id, expires_at }),
  })
  const { data } = share
  return (
    <>
      {data ? (
        <MadeLink link={linkOf(run_id, data)} until={data.expires_at} />
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
          <CopyButton text={linkOf(run_id, data)}>Copy the link</CopyButton>
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

function linkOf(run_id: RunId, { token }: WatchToken): string {
  return `${location.origin}/watch/${run_id}#${token}`
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
