import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'

import { readAuthConfig, readWatchTokenConfig } from '../../../src/api/auth-config.ts'
import { newTokenId, signWatchToken } from '../../../src/api/watch-token.ts'
import { DocumentPage, DocumentView, SearchPage, Uploaded } from '../../../src/protocol/document.ts'
import { MatterView } from '../../../src/protocol/matter.ts'
import { WatchToken } from '../../../src/protocol/run.ts'
import { WatchTokenList } from '../../../src/protocol/watch-token-list.ts'
import { mailWith } from '../../support/documents/mail.ts'
import { pdf, typed } from '../../support/documents/pdf.ts'
import { send } from '../api-client.ts'
import { formOf, type Lawyer, lawyer, MATTER } from '../documents.ts'

const LEASE = 'lease.pdf'

async function uploadTo(who: Lawyer, matter: string, ...files: Parameters<typeof formOf>[0]) {
  const answer = await who.call('POST', '/api/documents', { body: formOf(files, matter) })
  const uploaded = Uploaded.parse(await answer.json())
  await who.follow(uploaded.run_id)
  return uploaded
}

async function share(who: Lawyer, matter_id: string) {
  const answer = await who.client.post(`/api/matters/${matter_id}/watch-tokens`, { expires_in: 60 })
  expect(answer.status).toBe(201)
  return WatchToken.parse(await answer.json())
}

/** Asks by the token of a link. */
function guest({ token }: { token: string }) {
  const ask = (path: string, method = 'GET') =>
    send(path, { method, headers: { authorization: `Bearer ${token}` } })
  return { ask, status: async (path: string, method?: string) => (await ask(path, method)).status }
}

/** A lawyer with a shared matter, which has a PDF and a message with an attached file, and with another matter. */
async function sharedMatter() {
  const who = await lawyer()
  const lease = pdf({ pages: [typed(['The tenant keeps the harbour crane in repair.'])] })
  const mail = mailWith('Crane', ['note.txt', 'The crane is orange.'])
  const { matter_id, documents, run_id } = await uploadTo(
    who,
    MATTER,
    [LEASE, lease],
    ['m.eml', mail],
  )
  const other = await uploadTo(who, 'Secret', ['secret.txt', 'The crane was stolen by Jones.'])
  const link = await share(who, matter_id)
  const idOf = (name: string) => documents.find((one) => one.name === name)?.document_id ?? ''
  return {
    who,
    matter_id,
    run_id,
    link,
    lease: idOf(LEASE),
    message: idOf('m.eml'),
    note: idOf('note.txt'),
    secret: { ...other, document_id: other.documents[0]?.document_id ?? '' },
  }
}

async function list(of: Lawyer) {
  return WatchTokenList.parse(await (await of.client.get('/api/watch-tokens')).json()).tokens
}

/** The reads of a document. */
const partsOf = (document_id: string) => [
  `/api/documents/${document_id}`,
  `/api/documents/${document_id}/file`,
  `/api/documents/${document_id}/chunks`,
  `/api/documents/${document_id}/outline`,
  `/api/documents/${document_id}/passages/0`,
  `/api/documents/${document_id}/pages/1`,
]

const readsOf = (matter_id: string) => [
  `/api/matters/${matter_id}`,
  `/api/documents?matter_id=${matter_id}`,
  `/api/search?q=crane&matter_id=${matter_id}`,
]

/** The bytes of an answer, without the first name of the matter, which only the owner is shown. */
async function bodyOf(answer: Response): Promise<string> {
  const text = new TextDecoder('latin1').decode(await answer.arrayBuffer())
  return text.replaceAll(`"group":"${MATTER}",`, '')
}

it('SHARE-1: a link reads its matter, and what the owner reads is what it reads', async () => {
  const { who, matter_id, link, lease, message, note } = await sharedMatter()
  const by = guest(link)
  for (const path of [...readsOf(matter_id), ...partsOf(lease)]) {
    const [theirs, own] = [await by.ask(path), await who.client.get(path)]
    expect([path, theirs.status]).toEqual([path, 200])
    expect(await bodyOf(theirs)).toBe(await bodyOf(own))
  }
  const { documents } = DocumentPage.parse(
    await (await by.ask(`/api/documents?matter_id=${matter_id}`)).json(),
  )
  expect(documents.map(({ name }) => name).toSorted()).toEqual([LEASE, 'm.eml', 'note.txt'])
  const read = DocumentView.parse(await (await by.ask(`/api/documents/${message}`)).json())
  expect(read.children).toMatchObject([{ document_id: note, status: 'ready' }])
  const { hits } = SearchPage.parse(
    await (await by.ask(`/api/search?q=crane&matter_id=${matter_id}&limit=50`)).json(),
  )
  const found = hits.map(({ name }) => name)
  expect(found).toEqual(expect.arrayContaining([LEASE, 'note.txt']))
  expect(found).not.toContain('secret.txt')
})

it('SHARE-1: a link reads no other matter of its owner, nothing of another owner, and no run', async () => {
  const { matter_id, run_id, link, lease, secret } = await sharedMatter()
  const stranger = await sharedMatter()
  const by = guest(link)
  const missing = [
    ...readsOf(secret.matter_id),
    ...partsOf(secret.document_id),
    ...readsOf(stranger.matter_id),
    ...partsOf(stranger.lease),
    ...partsOf('0'.repeat(32)),
    '/api/documents',
    '/api/documents?matter=Secret',
    '/api/search?q=crane',
    `/api/search?q=crane&matter_id=${matter_id}&document=${secret.document_id}`,
    `/api/search?q=crane&document=${secret.document_id}`,
  ]
  for (const path of missing) expect([path, await by.status(path)]).toEqual([path, 404])
  const refused = [
    ['GET', '/api/matters'],
    ['GET', '/api/watch-tokens'],
    ['GET', `/api/documents/export?matter_id=${matter_id}`],
    ['GET', `/api/runs/${run_id}`],
    ['GET', `/api/runs/${run_id}/stream?token=${link.token}`],
    ['GET', `/api/runs/${run_id}/socket?token=${link.token}`],
    ['GET', `/progress/documents/${lease}/stream?token=${link.token}`],
    ['GET', `/documents/${lease}/status`],
    ['PATCH', `/api/matters/${matter_id}`],
    ['DELETE', `/api/matters/${matter_id}`],
    ['POST', `/api/matters/${matter_id}/watch-tokens`],
    ['DELETE', `/api/matters/${matter_id}/watch-tokens/${link.token_id}`],
    ['DELETE', `/api/documents/${lease}`],
    ['PUT', `/api/documents/${lease}/file`],
    ['POST', `/api/documents/${lease}/retry`],
    ['POST', '/api/documents'],
    ['POST', '/api/documents/embed'],
    ['DELETE', '/api/owner?confirm=everything'],
  ] as const
  for (const [method, path] of refused)
    expect([path, await by.status(path, method)]).toEqual([path, 401])
  expect(await by.status(`/api/matters/${matter_id}`)).toBe(200)
})

it('SHARE-1: whoever has a link is not shown the name that a matter had before', async () => {
  const { who, matter_id, link, lease } = await sharedMatter()
  const name = JSON.stringify({ name: 'Doe' })
  const headers = { 'content-type': 'application/json' }
  await who.call('PATCH', `/api/matters/${matter_id}`, { body: name, headers })
  const own = MatterView.parse(await (await who.client.get(`/api/matters/${matter_id}`)).json())
  expect(own).toMatchObject({ name: 'Doe', group: MATTER })
  const by = guest(link)
  for (const path of [...readsOf(matter_id), ...partsOf(lease)])
    expect(await (await by.ask(path)).text()).not.toContain(MATTER)
})

it('SHARE-2: an owner lists the links, and a revoked one reads nothing from then on', async () => {
  const { who, matter_id, link, lease, secret } = await sharedMatter()
  const kept = await share(who, matter_id)
  const stranger = await lawyer()
  const shown = ({ token_id, expires_at }: WatchToken) => ({
    kind: 'matter',
    token_id,
    matter_id,
    matter: MATTER,
    created_at: expect.any(String),
    expires_at,
  })
  expect(await list(who)).toEqual([shown(kept), shown(link)])
  expect(await list(stranger)).toEqual([])

  const path = `/api/matters/${matter_id}/watch-tokens`
  expect((await stranger.client.post(path)).status).toBe(404)
  expect((await stranger.call('DELETE', `${path}/${link.token_id}`)).status).toBe(404)
  const elsewhere = `/api/matters/${secret.matter_id}/watch-tokens/${link.token_id}`
  expect((await who.call('DELETE', elsewhere)).status).toBe(204)
  expect(await guest(link).status(`/api/matters/${matter_id}`)).toBe(200)

  expect((await who.call('DELETE', `${path}/${link.token_id}`)).status).toBe(204)
  expect(await list(who)).toEqual([shown(kept)])
  for (const read of [...readsOf(matter_id), ...partsOf(lease)]) {
    const answer = await guest(link).ask(read)
    expect([read, answer.status]).toEqual([read, 401])
    expect(await answer.json()).toMatchObject({ detail: 'The link has been revoked.' })
    expect(await guest(kept).status(read)).toBe(200)
  }
})

it('SHARE-2: an expired link says so, and a token that was never stored reads nothing', async () => {
  const { who, matter_id, lease } = await sharedMatter()
  const auth = readAuthConfig(env)
  const config = readWatchTokenConfig(env, auth, 60_000)
  if (config.kind === 'none') throw new Error('the tests have a key for watch tokens')
  const { matter_id: named } = MatterView.parse(
    await (await who.client.get(`/api/matters/${matter_id}`)).json(),
  )
  const sign = (now: number) =>
    signWatchToken(
      config,
      { kind: 'matter', owner: who.owner, matter_id: named, token_id: newTokenId() },
      { now, life_ms: 60_000 },
    )
  const expired = await sign(Date.now() - 120_000)
  const unknown = await sign(Date.now())
  for (const path of [...readsOf(matter_id), ...partsOf(lease)]) {
    const answer = await guest(expired).ask(path)
    expect([path, answer.status]).toEqual([path, 401])
    expect(await answer.json()).toMatchObject({ type: '/problems/token-expired' })
    expect(await guest(unknown).status(path)).toBe(401)
  }
})

it('SHARE-2, DEL-5: the deletion of its matter ends a link before its first document goes', async () => {
  const { who, matter_id, link, lease } = await sharedMatter()
  const by = guest(link)
  expect((await who.call('DELETE', `/api/matters/${matter_id}`)).status).toBe(202)
  expect([401, 404]).toContain(await by.status(`/api/documents/${lease}/file`))
  await expect.poll(() => by.status(`/api/matters/${matter_id}`), { timeout: 20_000 }).toBe(404)
  for (const path of partsOf(lease)) expect([path, await by.status(path)]).toEqual([path, 404])
})

it('SHARE-2, DEL-1: the deletion of everything ends all links of an owner', async () => {
  const { who, matter_id, link, lease, secret } = await sharedMatter()
  const other = guest(await share(who, secret.matter_id))
  const by = guest(link)
  expect((await who.call('DELETE', '/api/owner?confirm=everything')).status).toBe(202)
  await expect.poll(() => by.status(`/api/matters/${matter_id}`), { timeout: 20_000 }).toBe(404)
  for (const path of partsOf(lease)) expect([path, await by.status(path)]).toEqual([path, 404])
  expect([401, 404]).toContain(await other.status(`/api/matters/${secret.matter_id}`))
})

it('SHARE-1: a new document of the matter is read too, and a removed one no more', async () => {
  const { who, matter_id, link, lease } = await sharedMatter()
  const { documents } = await uploadTo(who, MATTER, ['new.txt', 'The crane was sold.'])
  const by = guest(link)
  expect(await by.status(`/api/documents/${documents[0]?.document_id}`)).toBe(200)
  await who.call('DELETE', `/api/documents/${lease}`)
  for (const path of partsOf(lease)) expect([path, await by.status(path)]).toEqual([path, 404])
  expect(await by.status(`/api/documents?matter_id=${matter_id}`)).toBe(200)
})
