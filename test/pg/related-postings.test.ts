import { expect, test } from 'vitest'

import { readRelated } from '../../src/db/related-postings.ts'
import { likenessOf } from '../../src/pipelines/ingestion/likeness.ts'
import { newOwner, openDatabase, readyRow, recorder } from '../support/database.ts'

const db = openDatabase()

const TASKS =
  'You bake bread, rolls and cakes for the whole of the town every morning. You prepare the doughs of the next day, order flour and butter, and train our apprentices at the oven. You bring an apprenticeship as a baker and three years of practice. We offer thirty days of holiday, free bread and a pension plan.'
const OTHER =
  'You drive our vans to the branches at night, keep the log of each tour and look after the cold chain. You bring a licence for lorries, a calm hand and a good sense of direction. We offer extra pay for nights and a modern fleet.'

type Given = {
  title?: string
  text?: string
  requisition?: string
  employer?: string
  group?: string
}

/** The row of a posting as extraction makes it. */
function posting(
  id: string,
  { title = 'Baker', text = TASKS, group = 'acme', ...said }: Given = {},
) {
  const { requisition: requisition_id, employer } = said
  const details = {
    ...(requisition_id === undefined ? {} : { requisition_id }),
    ...(employer === undefined ? {} : { employer }),
  }
  const likeness = likenessOf({ title, text, ...details })
  return readyRow(id, { group, posting: { title, description_text: text, details, likeness } })
}

async function related(owner: string, external_id = 'own') {
  const found = await readRelated(db, { owner, company: 'acme', external_id })
  return found?.postings.map((one) => [one.company, one.external_id, one.same_requisition])
}

test('postings with the same requisition at one employer, and then those with a near-equal text, are related', async () => {
  const owner = newOwner()
  await recorder(db, owner)(
    posting('own', { requisition: 'R-1', employer: 'Acme' }),
    posting('repost'),
    posting('elsewhere', { text: TASKS.replace('town', 'city'), group: 'globex' }),
    posting('same requisition', { requisition: 'R-1', title: 'Driver', text: OTHER }),
    posting('same employer', {
      requisition: 'R-1',
      text: OTHER,
      employer: 'Acme',
      group: 'globex',
    }),
    posting('other employer', { requisition: 'R-1', text: OTHER, group: 'globex' }),
    posting('other level', { title: 'Lead Pastry Chef' }),
    posting('other job', { title: 'Driver', text: OTHER }),
  )
  const shown = (await related(owner)) ?? []
  expect(new Set(shown.slice(0, 2))).toEqual(
    new Set([
      ['globex', 'same employer', true],
      ['acme', 'same requisition', true],
    ]),
  )
  expect(shown.slice(2)).toEqual([
    ['acme', 'repost', false],
    ['globex', 'elsewhere', false],
  ])
  const found = await readRelated(db, { owner, company: 'acme', external_id: 'own' })
  expect(found).toMatchObject({ complete: true })
  const repost = found?.postings.find(({ external_id }) => external_id === 'repost')
  expect(repost).toEqual({
    company: 'acme',
    company_name: null,
    external_id: 'repost',
    title: 'Baker',
    url: 'https://boards.example/acme/1',
    status: 'open',
    same_requisition: false,
    distance: 0,
  })
})

test('a posting with a short text, or from an earlier version, is related to none', async () => {
  const owner = newOwner()
  await recorder(db, owner)(
    posting('own', { text: 'We bake.' }),
    posting('same', { text: 'We bake.' }),
    readyRow('old'),
  )
  expect(await related(owner)).toEqual([])
  expect(await related(owner, 'old')).toEqual([])
  expect(await related(owner, 'unknown')).toBeUndefined()
})

test('at most fifty are shown, and the answer says that there are more', async () => {
  const owner = newOwner()
  await recorder(db, owner)(
    posting('own'),
    ...Array.from({ length: 51 }, (_, n) => posting(`repost ${n}`)),
  )
  const found = await readRelated(db, { owner, company: 'acme', external_id: 'own' })
  expect(found?.postings).toHaveLength(50)
  expect(found?.complete).toBe(false)
})

test('DB-2: postings of another owner are not related', async () => {
  const [one, other] = [newOwner(), newOwner()]
  await recorder(db, one)(posting('own'))
  await recorder(db, other)(posting('repost'))
  expect(await related(one)).toEqual([])
})
