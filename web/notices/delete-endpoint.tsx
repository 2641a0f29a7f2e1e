import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'

import type { WebhookId } from '../../src/protocol/webhook.ts'
import { Modal, type ModalHandle } from '../parts/modal.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { answered } from '../wire/request.ts'
import { useForgetWebhook } from './stored-webhooks.ts'

/** Deletes an endpoint after a second question. */
export function DeleteEndpoint({ webhook_id, url }: { webhook_id: WebhookId; url: string }) {
  const modal = useRef<ModalHandle>(null)
  const forget = useForgetWebhook()
  const remove = useMutation({
    mutationFn: () => answered(`/api/webhooks/${webhook_id}`, { method: 'DELETE' }),
    onSuccess: async () => {
      modal.current?.close()
      await forget(webhook_id)
    },
  })
  return (
    <>
      <button
        type="button"
        className="button button-danger text-sm"
        onClick={() => modal.current?.open()}
      >
        Delete
      </button>
      <Modal ref={modal} title="Delete this endpoint?">
        <p className="wrap-anywhere">
          {url} is told of nothing any more. The log of its deliveries is deleted too.
        </p>
        {remove.error && <Trouble title="The endpoint was not deleted" error={remove.error} />}
        <div className="flex flex-wrap justify-end gap-3">
          <button
            type="button"
            className="button button-quiet"
            onClick={() => modal.current?.close()}
          >
            Keep the endpoint
          </button>
          <button
            type="button"
            className="button button-danger"
            disabled={remove.isPending}
            onClick={() => remove.mutate()}
          >
            Delete the endpoint
          </button>
        </div>
      </Modal>
    </>
  )
}
