// The page asks again after a 503, and after this not.
const PROBLEM = {
  type: '/problems/internal',
  title: 'Something went wrong here',
  status: 500,
  detail: 'The service has logged the error under this request id.',
  request_id: 'the-request',
}

const failed = (path: string) => ({ path, status: 500, json: PROBLEM })

/** Lists that are empty, have no match, or cannot be loaded. They look like one another, so one look at each is enough. */
export function stateStops() {
  return [
    {
      name: 'schedules-empty',
      path: '/schedules',
      shows: 'No schedules yet',
      answers: [{ path: '/api/schedules', json: { schedules: [] } }],
    },
    {
      name: 'schedules-failed',
      path: '/schedules',
      shows: 'Request the-request',
      answers: [failed('/api/schedules')],
    },
    {
      name: 'matters-failed',
      path: '/matters',
      shows: 'Request the-request',
      answers: [failed('/api/matters')],
    },
    {
      name: 'notices-empty',
      path: '/settings?tab=notices',
      shows: 'Nobody is told yet',
      answers: [{ path: '/api/webhooks', json: { webhooks: [] } }],
    },
    {
      name: 'notices-failed',
      path: '/settings?tab=notices',
      shows: 'Request the-request',
      answers: [failed('/api/webhooks')],
    },
    { name: 'problem', path: '/problems/invalid-input', shows: 'What to do' },
    { name: 'problems', path: '/problems/all', shows: 'quota-exceeded' },
  ] as const
}
