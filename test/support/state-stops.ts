const PROBLEM = {
  type: '/problems/unavailable',
  title: 'A part of the service cannot be reached',
  status: 503,
  detail: 'The database cannot be reached.',
  request_id: 'the-request',
}

const failed = (path: string) => ({ path, status: 503, json: PROBLEM })

/** Lists that are empty, have no match, or cannot be loaded. They look like one another, so one look at each is enough. */
export function stateStops() {
  const noPostings = { postings: [], next_cursor: null }
  return [
    {
      name: 'postings-empty',
      path: '/postings',
      shows: 'No postings yet',
      answers: [{ path: '/api/postings?', json: noPostings }],
    },
    {
      name: 'postings-failed',
      path: '/postings',
      shows: 'Request the-request',
      answers: [failed('/api/postings?')],
    },
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
    { name: 'company-none', path: '/companies/nobody', shows: 'No such company' },
    { name: 'problem', path: '/problems/invalid-input', shows: 'What to do' },
    { name: 'problems', path: '/problems/all', shows: 'quota-exceeded' },
  ] as const
}
