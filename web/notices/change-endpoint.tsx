import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'

import { WebhookView } from '../../src/protocol/webhook.ts'
import { Modal, type ModalHandle } from '../parts/modal.tsx'
import { patch, request } from '../wire/request.ts'
import { changesBetween, draftOf, type EndpointDraft } from './endpoint-draft.ts'
import { EndpointForm } from './endpoint-form.tsx'
import { useWebhooksChanged } from './stored-webhooks.ts'

type ChangeEndpointProps = { webhook: WebhookView }

/** Changes where an endpoint is, what it is told, and of which runs. */
export function ChangeEndpoint({ webhook }: ChangeEndpointProps) {
  const modal = useRef<ModalHandle>(null)
  // The fields begin with what is stored when the dialog is opened.
  const [opened, setOpened] = useState<WebhookView>()
  const open = () => {
    setOpened(webhook)
    modal.current?.open()
  }
  return (
    <>
      <button type="button" className="button button-quiet text-sm" onClick={open}>
        Change
      </button>
      <Modal ref={modal} title="Change this endpoint" onClose={() => setOpened(undefined)}>
        {opened && <ChangeForm webhook={opened} onClose={() => modal.current?.close()} />}
      </Modal>
    </>
  )
}

function ChangeForm({ webhook, onClose }: ChangeEndpointProps & { onClose: () => void }) {
  const [initial] = useState(() => draftOf(webhook))
  const changed = useWebhooksChanged()
  const save = useMutation({
    mutationFn: (draft: EndpointDraft) =>
      request(
        `/api/webhooks/${webhook.webhook_id}`,
        WebhookView,
        patch(changesBetween(initial, draft)),
      ),
    onSuccess: async () => {
      onClose()
      await changed()
    },
  })
  return (
    <EndpointForm
      initial={initial}
      words={{ save: 'Save', saving: 'Saving…', failed: 'The endpoint was not changed' }}
      saving={save.isPending}
      error={save.error}
      onSave={(draft) => save.mutate(draft)}
      onClose={onClose}
    />
  )
}
