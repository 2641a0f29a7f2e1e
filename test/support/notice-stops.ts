const ID = 'd'.repeat(32)

const REST = {
  events: ['run.error', 'run.finished_with_problems', 'schedule.missed'],
  form: 'slack',
  rules: { recovered: true },
  enabled: true,
  switched_off: null,
  failing_since: '2026-11-01T00:00:00.000Z',
  earlier_secret_until: '2026-11-02T00:00:00.000Z',
  created_at: '2026-11-01T00:00:00.000Z',
}

const DELIVERY = {
  notice_id: 'n1',
  type: 'run.error',
  state: 'owed',
  created_at: '2026-11-01T00:00:00.000Z',
  next_try_at: '2026-11-01T04:00:00.000Z',
  tries: 2,
  last_tries: [
    { at: '2026-11-01T00:00:00.000Z', status: 503, ms: 120 },
    { at: '2026-11-01T00:00:05.000Z', status: null, ms: 15_000, error: 'timeout' },
  ],
  payload: { type: 'run.error', data: {} },
}

/** A stop of the tour that shows endpoints of notices in each state, one with its deliveries. They have this name. */
export function noticeStops(name: string) {
  const url = `https://hooks.example.com/${name}`
  const failing = { ...REST, webhook_id: ID, url, description: name }
  const off = {
    ...REST,
    webhook_id: 'e'.repeat(32),
    url,
    description: null,
    enabled: false,
    switched_off: 'It took no notice for a day.',
  }
  const deliveries = [
    DELIVERY,
    { ...DELIVERY, notice_id: 'n2', state: 'delivered', next_try_at: null },
    { ...DELIVERY, notice_id: 'n3', state: 'given_up', next_try_at: null },
  ]
  return [
    {
      name: 'notices',
      path: `/settings?tab=notices&webhook=${ID}`,
      shows: 'not delivered yet',
      answers: [
        { path: '/api/webhooks', json: { webhooks: [failing, off] } },
        { path: '/deliveries', json: { deliveries } },
      ],
    },
    { name: 'usage', path: '/settings?tab=usage', shows: 'Megabytes uploaded' },
  ] as const
}
