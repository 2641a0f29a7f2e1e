import { expect, test } from 'vitest'

import { readServed } from '../support/recorded.ts'

const source = { type: 'gem', board: 'acme' }

test('a post becomes a posting', async () => {
  const post = {
    id: '7',
    title: 'Baker',
    absolute_url: 'https://jobs.gem.com/acme/7',
    location: { name: 'Oslo, Norway' },
    location_type: 'hybrid',
    departments: [{ name: 'Kitchen' }],
    employment_type: 'part_time',
    requisition_id: 'R-7',
    content: '<p>Bake.</p>',
    first_published_at: '2026-03-01T10:00:00Z',
  }
  const { made, asked } = await readServed(source, [post])
  expect(asked).toEqual(['/job_board/v0/acme/job_posts/'])
  expect(made).toMatchObject([
    {
      title: 'Baker',
      url: 'https://jobs.gem.com/acme/7',
      locations: ['Oslo, Norway'],
      remote: false,
      department: 'Kitchen',
      employment_type: 'part_time',
      description_text: 'Bake.',
      posted_at: '2026-03-01T10:00:00.000Z',
      details: { requisition_id: 'R-7', workplace: 'hybrid' },
    },
  ])
})

test('an answer with errors fails the plan', async () => {
  await expect(readServed(source, { errors: ['unknown board'] })).rejects.toThrow(/no list of jobs/)
})
