import { useMutation } from '@tanstack/react-query'

import { WebhookWithSecret } from '../../src/protocol/webhook.ts'
import { post, request } from '../wire/request.ts'
import { type EndpointDraft, newBody, newEndpoint } from './endpoint-draft.ts'
import { EndpointForm } from './endpoint-form.tsx'

type AddEndpointProps = {
  onMade: (webhook: WebhookWithSecret) => void
  onClose: () => void
}

export function AddEndpoint({ onMade, onClose }: AddEndpointProps) {
  const make = useMutation({
    mutationFn: (draft: EndpointDraft) =>
      request('/api/webhooks', WebhookWithSecret, post(newBody(draft))),
    onSuccess: onMade,
  })
  return (
    <EndpointForm
      initial={newEndpoint}
      words={{ save: 'Add', saving: 'Adding…', failed: 'The endpoint was not added' }}
      saving={make.isPending}
      error={make.error}
      onSave={(draft) => make.mutate(draft)}
      onClose={onClose}
    />
  )
}
