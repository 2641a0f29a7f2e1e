import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useId } from 'react'

import { DeliveryView, WebhookView, WebhookWithSecret } from '../../src/protocol/webhook.ts'
import { Badge } from '../parts/badge.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { useView } from '../parts/view.ts'
import { moment } from '../parts/words.ts'
import { SettingsView } from '../settings/settings-view.ts'
import { patch, post, request } from '../wire/request.ts'
import { ChangeEndpoint } from './change-endpoint.tsx'
import { DeleteEndpoint } from './delete-endpoint.tsx'
import { Deliveries } from './deliveries.tsx'
import { endpointWords, eventsWords, ruleWords, tryWords } from './notice-words.ts'
import { useWebhooksChanged } from './stored-webhooks.ts'

type EndpointProps = { webhook: WebhookView; onSecret: (webhook: WebhookWithSecret) => void }

/** One endpoint: what it is told, how it stands, and its last deliveries. */
export function Endpoint({ webhook, onSecret }: EndpointProps) {
  const { webhook_id, url, description, form } = webhook
  const [{ webhook: shown }, change] = useView(SettingsView)
  const isOpen = shown === webhook_id
  const { tone, words } = endpointWords(webhook)
  const heading = useId()
  const rules = ruleWords(webhook)
  return (
    <li className="panel space-y-3 p-5" aria-labelledby={heading}>
      <div className="flex flex-wrap items-center gap-3">
        <h3 id={heading} className="min-w-0 font-semibold wrap-anywhere">
          {description ?? url}
        </h3>
        <Badge tone={tone}>{words}</Badge>
      </div>
      {description !== null && <p className="text-sm wrap-anywhere text-muted">{url}</p>}
      <p className="text-sm wrap-anywhere">
        {eventsWords(webhook)}
        {rules !== '' && <span className="text-muted"> ({rules})</span>}
        {form === 'slack' && <span className="text-muted"> as a line for Slack</span>}
      </p>
      <Standing webhook={webhook} />
      <EndpointActions webhook={webhook} onSecret={onSecret}>
        <button
          type="button"
          className="button button-quiet text-sm"
          aria-expanded={isOpen}
          onClick={() => change({ webhook: isOpen ? '' : webhook_id })}
        >
          {isOpen ? 'Hide the deliveries' : 'Deliveries'}
        </button>
      </EndpointActions>
      {isOpen && <Deliveries webhook={webhook} />}
    </li>
  )
}

/** Why an endpoint was switched off, since when it fails, and until when its old secret signs. */
function Standing({ webhook }: { webhook: WebhookView }) {
  const { enabled, switched_off, failing_since, earlier_secret_until } = webhook
  return (
    <>
      {!enabled && switched_off !== null && (
        <p role="alert" className="rounded-lg bg-failed-soft p-3 wrap-anywhere text-failed-ink">
          Runcast switched the endpoint off: {switched_off} What was owed to it is given up.
        </p>
      )}
      {enabled && failing_since !== null && (
        <p className="text-sm text-skipped-ink">
          Each delivery has failed since {moment(failing_since)}.
        </p>
      )}
      {earlier_secret_until !== null && (
        <p className="text-sm text-muted">
          The secret before this one signs too, until {moment(earlier_secret_until)}.
        </p>
      )}
    </>
  )
}

function EndpointActions({ webhook, onSecret, children }: EndpointProps & { children: ReactNode }) {
  const { webhook_id, enabled, url } = webhook
  const changed = useWebhooksChanged()
  const path = `/api/webhooks/${webhook_id}`
  const test = useMutation({
    mutationFn: () => request(`${path}/test`, DeliveryView, post({})),
    onSuccess: changed,
  })
  const rotate = useMutation({
    mutationFn: () => request(`${path}/secret`, WebhookWithSecret, post({})),
    onSuccess: async (webhookNow) => {
      onSecret(webhookNow)
      await changed()
    },
  })
  const turn = useMutation({
    mutationFn: () => request(path, WebhookView, patch({ enabled: !enabled })),
    onSuccess: changed,
  })
  const error = test.error ?? rotate.error ?? turn.error
  const busy = test.isPending || rotate.isPending || turn.isPending
  const button = {
    type: 'button',
    className: 'button button-quiet text-sm',
    disabled: busy,
  } as const
  return (
    <>
      <div className="flex flex-wrap gap-2">
        {children}
        {enabled && (
          <button {...button} onClick={() => test.mutate()}>
            {test.isPending ? 'Sending…' : 'Send a test'}
          </button>
        )}
        <ChangeEndpoint webhook={webhook} />
        <button {...button} onClick={() => rotate.mutate()}>
          New secret
        </button>
        <button {...button} onClick={() => turn.mutate()}>
          {enabled ? 'Switch off' : 'Switch on'}
        </button>
        <DeleteEndpoint webhook_id={webhook_id} url={url} />
      </div>
      <output className="block text-sm empty:sr-only">{test.data && testWords(test.data)}</output>
      {error && <Trouble title="That was not done" error={error} />}
    </>
  )
}

function testWords({ state, last_tries }: DeliveryView): string {
  const last = last_tries.at(-1)
  const answer = last === undefined ? '' : ` (${tryWords(last)})`
  return state === 'delivered'
    ? `The endpoint took the test${answer}.`
    : `The endpoint did not take the test${answer}.`
}
