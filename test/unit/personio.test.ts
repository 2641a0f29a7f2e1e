import { expect, test } from 'vitest'

import { readServed, recorded, unrecorded } from '../support/recorded.ts'

const source = { type: 'personio', board: 'acme' }

function feed(...positions: readonly string[]): string {
  return `<?xml version="1.0"?><workzag-jobs>${positions.join('')}</workzag-jobs>`
}
const position = `<position><id>7</id><subcompany>Acme SE &amp; Co. KG</subcompany><office>Munich</office>
<additionalOffices><office>Berlin</office></additionalOffices><department>Kitchen</department><name>Baker</name>
<jobDescriptions><jobDescription><name>Your &lt;job&gt;</name><value><![CDATA[<p>Bake &amp; cook.</p>]]></value></jobDescription>
<jobDescription><name>You</name><value><![CDATA[<ul><li>Flour</li></ul>]]></value></jobDescription></jobDescriptions>
<salaryInformation><min>48000.00</min><max>52000.00</max><currencyCode>EUR</currencyCode><type>yearly</type></salaryInformation>
<employmentType>permanent</employmentType><schedule>part-time</schedule><createdAt>2026-11-13T14:10:41+00:00</createdAt></position>`

test('a position becomes a posting', async () => {
  const { made, asked, origin } = await readServed(source, feed(position))
  expect(asked).toEqual(['/xml'])
  expect(made).toMatchObject([
    {
      title: 'Baker',
      url: `${origin}/job/7`,
      locations: ['Munich', 'Berlin'],
      department: 'Kitchen',
      employment_type: 'part_time',
      salary: { min: 48_000, max: 52_000, currency: 'EUR', period: 'year' },
      description_text: 'Your <job>\nBake & cook.\nYou\nFlour',
      posted_at: '2026-11-13T14:10:41.000Z',
      details: { employer: 'Acme SE & Co. KG' },
    },
  ])
})

test('entities that a document type declares are not read', async () => {
  const bomb = `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${feed(position.replace('Kitchen', '&b;'))}`
  const { made } = await readServed(source, bomb)
  expect(made).toMatchObject([{ title: 'Baker', department: '&b;' }])
})

test.each([
  ['a feed that was cut off', feed(position).slice(0, -20), /cut off/],
  ['another document', '<html><body>Sign in</body></html>', /something else than its XML/],
])('%s fails the plan', async (_, xml, message) => {
  await expect(readServed(source, xml)).rejects.toThrow(message)
})

test.skipIf(unrecorded)('the recorded feed', async () => {
  const { postings, incomplete } = await readServed(source, recorded('personio/list.xml'))
  expect(incomplete).toBeNull()
  // The recorded descriptions are empty, so the posting would be read from its page.
  expect(postings).toMatchObject([
    {
      external_id: '1834171',
      title: 'Staff Software Engineer, Data Platform',
      locations: ['Munich', 'Berlin'],
      department: 'Product and Tech',
      employment_type: 'full_time',
      employer: 'Acme SE & Co. KG',
      posted_at: '2024-11-13T14:10:41+00:00',
      html: null,
    },
  ])
})
