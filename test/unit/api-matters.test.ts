import { expect, it } from 'vitest'

import { documents } from '../../src/pipelines/documents/documents.ts'
import { Uploaded } from '../../src/protocol/document.ts'
import { MatterPage, MatterView } from '../../src/protocol/matter.ts'
import { createTestApi } from '../support/api.ts'
import { MemoryDocuments } from '../support/memory-documents.ts'

function createMatters() {
  const memory = new MemoryDocuments()
  const asked: (string | undefined)[] = []
  const page = { documents: [], next_cursor: null }
  const api = createTestApi(() => ({
    pipelines: { documents },
    documents: memory.ports({
      list: async ({ matter }) => {
        asked.push(matter)
        return { kind: 'page', page }
      },
      search: async ({ matter }) => {
        asked.push(matter)
        return { kind: 'page', page: { hits: [], next_cursor: null } }
      },
      outdated: async ({ matter }) => {
        asked.push(matter)
        return { documents: [], left: 0 }
      },
    }),
  }))
  const upload = (fields: Record<string, string>, text: string) => {
    const body = new FormData()
    for (const [name, value] of Object.entries(fields)) body.append(name, value)
    body.append('files', new File([text], 'a.txt'))
    return api.call('/api/documents', { method: 'POST', body })
  }
  const uploaded = async (fields: Record<string, string>, text: string) =>
    Uploaded.parse(await (await upload(fields, text)).json())
  return { api, memory, asked, upload, uploaded }
}

it('an upload makes the matter of a name, and adds to a matter by its name or its id', async () => {
  const { api, memory, uploaded } = createMatters()
  const first = await uploaded({ matter: ' قضية ألف ' }, 'one')
  expect(first.matter).toBe('قضية ألف')
  expect(await uploaded({ matter: 'قضية ألف' }, 'two')).toMatchObject({
    matter_id: first.matter_id,
  })
  const third = await uploaded({ matter_id: first.matter_id }, 'three')
  expect(third).toMatchObject({ matter: 'قضية ألف', matter_id: first.matter_id })
  expect(memory.kept.size).toBe(1)
  const path = `/api/matters/${first.matter_id}`
  expect(MatterView.parse(await (await api.call(path)).json()).documents.total).toBe(3)
})

it('a renamed matter is the same matter by its id, and its later runs have its first group', async () => {
  const { api, asked, memory, uploaded } = createMatters()
  const { matter_id } = await uploaded({ matter: 'Smith' }, 'one')
  const renamed = await api.send('PATCH', `/api/matters/${matter_id}`, { name: 'Smith ./. Jones' })
  expect(MatterView.parse(await renamed.json())).toMatchObject({
    matter_id,
    name: 'Smith ./. Jones',
    group: 'Smith',
  })
  expect(await uploaded({ matter_id }, 'two')).toMatchObject({ matter: 'Smith ./. Jones' })
  expect([...api.runs.values()].map(({ groups }) => groups[0])).toMatchObject([
    { key: 'Smith' },
    { key: 'Smith', title: 'Smith ./. Jones' },
  ])
  const [document_id] = memory.rows.keys()
  expect((await api.post(`/api/documents/${document_id}/retry`, {})).status).toBe(202)
  expect([...api.runs.values()].at(-1)?.groups).toMatchObject([
    { key: 'Smith', title: 'Smith ./. Jones' },
  ])
  await api.call(`/api/documents?matter_id=${matter_id}`)
  await api.call('/api/documents?matter=Smith ./. Jones')
  await api.call(`/api/search?q=a&matter_id=${matter_id}`)
  await api.post('/api/documents/embed', { matter_id })
  await api.call('/api/documents?matter=nobody')
  await api.call('/api/documents')
  expect(asked).toEqual(['Smith', 'Smith', 'Smith', 'Smith', 'nobody', undefined])
})

it('a matter is found by its name, and a list of an unknown name is empty', async () => {
  const { api, uploaded } = createMatters()
  const { matter_id } = await uploaded({ matter: 'a&b=c/..' }, 'one')
  const named = async (name: string) => {
    const answer = await api.call(`/api/matters?${new URLSearchParams({ name })}`)
    return MatterPage.parse(await answer.json()).matters
  }
  expect(await named('a&b=c/..')).toMatchObject([{ matter_id }])
  expect(await named('b')).toEqual([])
})

const NOBODY = '0'.repeat(32)

it.each([
  ['an unknown id', { matter_id: NOBODY }, 404],
  ['a text that is no id', { matter_id: 'Smith' }, 422],
  ['an id and a name', { matter_id: NOBODY, matter: 'Smith' }, 422],
  ['a blank name', { matter: ' ' }, 422],
  ['a name of two lines', { matter: 'a\nb' }, 422],
  ['a name that is too long', { matter: 'ü'.repeat(201) }, 422],
])('an upload to %s is refused, and makes no matter', async (_, fields, status) => {
  const { memory, upload } = createMatters()
  expect((await upload(fields, 'one')).status).toBe(status)
  expect([memory.kept.size, memory.rows.size, memory.objects.size]).toEqual([0, 0, 0])
})

it('a failed upload leaves no matter that was made for it, and keeps one that was there', async () => {
  const { memory, upload, uploaded, api } = createMatters()
  await uploaded({ matter: 'Smith' }, 'one')
  const failing = createTestApi(({ run }) => ({
    pipelines: { documents },
    documents: memory.ports(),
    run: (id) => ({ ...run(id), create: () => Promise.reject(new Error('away')) }),
  }))
  for (const matter of ['Smith', 'Jones']) {
    const body = new FormData()
    body.append('matter', matter)
    body.append('files', new File(['x'], 'x.txt'))
    const answer = await failing.call('/api/documents', { method: 'POST', body })
    expect(answer.status).toBeGreaterThanOrEqual(500)
  }
  expect([...memory.kept.values()].map(({ name }) => name)).toEqual(['Smith'])
  expect((await upload({ matter: 'Jones' }, 'two')).status).toBe(202)
  expect(api.runs.size).toBe(2)
})

it('a name that another matter has is refused', async () => {
  const { api, uploaded } = createMatters()
  const { matter_id } = await uploaded({ matter: 'Smith' }, 'one')
  await uploaded({ matter: 'Jones' }, 'two')
  const path = `/api/matters/${matter_id}`
  expect((await api.send('PATCH', path, { name: 'Jones' })).status).toBe(409)
  expect((await api.send('PATCH', `/api/matters/${NOBODY}`, { name: 'New' })).status).toBe(404)
  expect((await api.send('PATCH', path, { name: '\u202Eevil' })).status).toBe(422)
})
