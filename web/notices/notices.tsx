import { useRef, useState } from 'react'

import type { WebhookWithSecret } from '../../src/protocol/webhook.ts'
import { Empty, Failure, Skeleton } from '../parts/list-states.tsx'
import { Modal, type ModalHandle } from '../parts/modal.tsx'
import { AddEndpoint } from './add-endpoint.tsx'
import { Endpoint } from './endpoint.tsx'
import { ShownSecret } from './shown-secret.tsx'
import { useWebhooks, useWebhooksChanged } from './stored-webhooks.ts'

/** Whom Runcast tells how runs end: the endpoints, and what was delivered to them. */
export default function Notices() {
  const loaded = useWebhooks()
  const changed = useWebhooksChanged()
  const modal = useRef<ModalHandle>(null)
  const [opened, setOpened] = useState(0)
  const [made, setMade] = useState<WebhookWithSecret>()
  const webhooks = loaded.data?.webhooks
  const isStored = made && webhooks?.some(({ webhook_id }) => webhook_id === made.webhook_id)
  const add = (
    <button type="button" className="button button-main" onClick={() => modal.current?.open()}>
      Add an endpoint
    </button>
  )
  return (
    <section aria-labelledby="notices" className="space-y-4">
      <div className="flex flex-wrap items-center gap-3">
        <h2 id="notices" className="mr-auto text-lg font-bold">
          Notices
        </h2>
        {webhooks && webhooks.length > 0 && add}
      </div>
      {isStored && <ShownSecret webhook={made} onDone={() => setMade(undefined)} />}
      <Failure what="The endpoints" loaded={loaded} />
      {loaded.isPending && <Skeleton rows={3} />}
      {webhooks?.length === 0 && (
        <Empty title="Nobody is told yet">
          <p className="text-muted">
            An endpoint is an address that Runcast calls when a run ends, or when a schedule missed
            its slots. It may be a server of yours, or an incoming webhook of Slack.
          </p>
          {add}
        </Empty>
      )}
      <ul className="space-y-4">
        {webhooks?.map((webhook) => (
          <Endpoint key={webhook.webhook_id} webhook={webhook} onSecret={setMade} />
        ))}
      </ul>
      <Modal ref={modal} title="Add an endpoint" onClose={() => setOpened(opened + 1)}>
        <AddEndpoint
          key={opened}
          onClose={() => modal.current?.close()}
          onMade={(webhook) => {
            setMade(webhook)
            modal.current?.close()
            void changed()
          }}
        />
      </Modal>
    </section>
  )
}
