import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import type { z } from 'zod'

import { DeliveryList, type WebhookId, WebhookList } from '../../src/protocol/webhook.ts'
import { request } from '../wire/request.ts'

const KEY = ['webhooks']
const REREAD_MS = 10_000

type ListedWebhooks = z.infer<typeof WebhookList>

export function useWebhooks() {
  return useQuery({
    queryKey: KEY,
    queryFn: () => request('/api/webhooks', WebhookList),
  })
}

/** The last deliveries of an endpoint. They come by themselves, and no feed tells of them. */
export function useDeliveries(webhook_id: WebhookId) {
  return useQuery({
    queryKey: [...KEY, webhook_id, 'deliveries'],
    queryFn: () => request(`/api/webhooks/${webhook_id}/deliveries`, DeliveryList),
    refetchInterval: REREAD_MS,
  })
}

/** Has the endpoints and their deliveries read again. */
export function useWebhooksChanged(): () => Promise<void> {
  const client = useQueryClient()
  return useCallback(() => client.invalidateQueries({ queryKey: KEY }), [client])
}

/** Takes a deleted endpoint out of the list at once: its deliveries would be asked for once more, and are gone. */
export function useForgetWebhook(): (webhook_id: WebhookId) => Promise<void> {
  const client = useQueryClient()
  return useCallback(
    async (webhook_id) => {
      client.setQueryData(KEY, (known: ListedWebhooks | undefined) =>
        known === undefined
          ? known
          : { webhooks: known.webhooks.filter((one) => one.webhook_id !== webhook_id) },
      )
      await client.invalidateQueries({ queryKey: KEY, exact: true })
    },
    [client],
  )
}
