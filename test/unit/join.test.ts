import { expect, test } from 'vitest'

import { readServed } from '../support/recorded.ts'

const source = { type: 'join', board: 'acme' }

function served(company: string, pages: number) {
  return ({ pathname, searchParams }: URL) => {
    if (pathname === '/companies/acme') return { body: `<script>{${company}}</script>` }
    if (pathname !== '/api/public/companies/42/jobs') return { status: 404 }
    const page = Number(searchParams.get('page'))
    const job = {
      id: page,
      idParam: `${page}-baker`,
      title: 'Baker',
      city: { cityName: 'Köln', countryName: 'Germany' },
      workplaceType: 'ONSITE',
      employmentType: { name: 'Part-time' },
      category: { name: 'Kitchen' },
    }
    return { body: JSON.stringify({ items: [job], pagination: { totalPages: pages } }) }
  }
}

test.each(['"company":{"id":42,"name":"Acme"}', '"company":{"id":"42"}', '"companyId":42'])(
  'the number of the company is read from its page: %s',
  async (company) => {
    const { postings, incomplete, origin } = await readServed(source, served(company, 2))
    expect(incomplete).toBeNull()
    expect(postings).toMatchObject([
      {
        external_id: '1',
        url: `${origin}/companies/acme/1-baker`,
        locations: ['Köln, Germany'],
        remote: false,
        employment_type: 'part_time',
        department: 'Kitchen',
        html: null,
      },
      { external_id: '2' },
    ])
  },
)

test('a page without the number fails the plan', async () => {
  await expect(readServed(source, '<html><body>Hello</body></html>')).rejects.toThrow(
    /has no number/,
  )
})
