import { useMutation } from '@tanstack/react-query'

import { DeliveryView, type WebhookView } from '../../src/protocol/webhook.ts'
import { Ago } from '../parts/ago.tsx'
import { Badge } from '../parts/badge.tsx'
import { Failure, Skeleton } from '../parts/list-states.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { countOf, moment } from '../parts/words.ts'
import { post, request } from '../wire/request.ts'
import { deliveryWords, eventWords, tryWords } from './notice-words.ts'
import { useDeliveries, useWebhooksChanged } from './stored-webhooks.ts'

/** The log of an endpoint: its last hundred deliveries, the newest first. */
export function Deliveries({ webhook }: { webhook: WebhookView }) {
  const loaded = useDeliveries(webhook.webhook_id)
  const { data } = loaded
  return (
    <div className="space-y-2">
      <Failure what="The deliveries" loaded={loaded} />
      {loaded.isPending && <Skeleton rows={3} />}
      {data?.deliveries.length === 0 && (
        <p className="text-muted">Nothing was delivered yet. Send a test to try the endpoint.</p>
      )}
      <ul aria-label="Deliveries" className="divide-y divide-line">
        {data?.deliveries.map((delivery) => (
          <Delivery key={delivery.notice_id} delivery={delivery} webhook={webhook} />
        ))}
      </ul>
    </div>
  )
}

function Delivery({ delivery, webhook }: { delivery: DeliveryView; webhook: WebhookView }) {
  const { notice_id, type, created_at, next_try_at, tries, last_tries, payload } = delivery
  const { tone, words } = deliveryWords(delivery)
  const changed = useWebhooksChanged()
  const again = useMutation({
    mutationFn: () => {
      const place = `/api/webhooks/${webhook.webhook_id}/deliveries/${encodeURIComponent(notice_id)}`
      return request(`${place}/redeliver`, DeliveryView, post({}))
    },
    onSuccess: changed,
  })
  return (
    <li className="space-y-1 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={tone}>{words}</Badge>
        <span>{eventWords(type)}</span>
        <span className="text-sm text-muted">
          <Ago time={created_at} />
        </span>
        {webhook.enabled && (
          <button
            type="button"
            className="button button-quiet ml-auto text-sm"
            aria-label={`Send again: ${eventWords(type)}, ${moment(created_at)}`}
            disabled={again.isPending}
            onClick={() => again.mutate()}
          >
            Send again
          </button>
        )}
      </div>
      {next_try_at !== null && (
        <p className="text-sm text-muted">The next try is at {moment(next_try_at)}.</p>
      )}
      {again.error && <Trouble title="The notice was not sent again" error={again.error} />}
      <details className="text-sm">
        <summary className="w-fit cursor-pointer text-muted">
          {countOf(Math.max(tries, last_tries.length), { one: 'try', many: 'tries' })}, and what was
          sent
        </summary>
        <ol className="mt-2 space-y-1">
          {last_tries.map((one) => (
            <li key={one.at} className="wrap-anywhere">
              {moment(one.at)}: {tryWords(one)}
            </li>
          ))}
        </ol>
        <pre
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a keyboard user scrolls the text
          tabIndex={0}
          aria-label="What was sent"
          className="mt-2 max-h-72 overflow-auto rounded-lg bg-sunken p-3 text-xs"
        >
          {JSON.stringify(payload, null, 2)}
        </pre>
      </details>
    </li>
  )
}
