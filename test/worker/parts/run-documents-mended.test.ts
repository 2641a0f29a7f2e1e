import { runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'

import { RunObject } from '../../../src/index.ts'
import { DocumentId } from '../../../src/protocol/document.ts'
import { ExternalId, RunId } from '../../../src/protocol/ids.ts'
import { LogPage } from '../../../src/protocol/log.ts'
import { encryptedPdf } from '../../support/documents/encrypted-pdf.ts'
import { mailWith } from '../../support/documents/mail.ts'
import { typed } from '../../support/documents/pdf.ts'
import { keysInR2, lawyer, type Lawyer, MATTER, rowsIn } from '../documents.ts'
import { stubOf, within } from '../object.ts'
import { database } from '../parts.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const Mended = z.object({ run_id: RunId })

const PASSWORD = 'xyzzy-plugh-42'
const locked = encryptedPdf({ pages: [typed(['The vault holds nine paintings.'])] }, PASSWORD)

/** Uploads one file, and waits until its run has ended. */
async function uploaded(who: Lawyer, name: string, content: string | Uint8Array<ArrayBuffer>) {
  const one = await who.uploadOne(name, content)
  await who.follow(one.run_id)
  return one
}

function retry(who: Lawyer, document_id: DocumentId, body: unknown = {}) {
  return who.client.post(`/api/documents/${document_id}/retry`, body)
}

function putFile(who: Lawyer, document_id: DocumentId, body: string | Uint8Array<ArrayBuffer>) {
  return who.call('PUT', `/api/documents/${document_id}/file?name=right.txt`, { body })
}

async function follow(who: Lawyer, answer: Response) {
  expect(answer.status).toBe(202)
  const { run_id } = Mended.parse(await answer.json())
  await who.follow(run_id)
  return run_id
}

/**
 * Returns everything that is stored: every row of every table, every object in R2, and the storage of a
 * run's object.
 */
async function everything(run_id: RunId): Promise<string> {
  const db = database()
  const tables = await db.query(
    `SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    [],
  )
  const rows = await Promise.all(
    tables.map(({ name }) =>
      db.query(`SELECT row_to_json(t)::text AS row FROM ${String(name)} t`, []),
    ),
  )
  const objects = await Promise.all(
    (await keysInR2()).map(async (key) => (await env.FILES.get(key))?.text()),
  )
  const stored = await within(stubOf(run_id), (_, { storage: { sql } }) =>
    sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'",
      )
      .toArray()
      .map(({ name }) => sql.exec(`SELECT * FROM ${name}`).toArray()),
  )
  return JSON.stringify([rows, objects, stored])
}

describe('a protected document', () => {
  it('opens only with its password, which is stored nowhere', async () => {
    const said = [vi.spyOn(console, 'info'), vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')]
    const sent = vi.spyOn(RunObject.prototype, 'retry')
    const who = await lawyer()
    const { run_id, document_id } = await uploaded(who, 'vault.pdf', locked)
    expect(await who.document(document_id)).toMatchObject({
      status: 'failed',
      error: { code: 'encrypted' },
    })
    const before = await keysInR2()
    const wrong = await retry(who, document_id, { password: `${PASSWORD}!` })
    expect(wrong.status).toBe(422)
    const refusal = await wrong.text()
    expect(refusal).toContain('does not open')
    expect(refusal).not.toContain(PASSWORD)
    expect(await keysInR2()).toEqual(before)
    expect(await who.document(document_id)).toMatchObject({ status: 'failed' })

    expect(await follow(who, await retry(who, document_id, { password: PASSWORD }))).toBe(run_id)
    expect(await who.document(document_id)).toMatchObject({ status: 'ready' })
    expect(await who.search('paintings')).toMatchObject([{ document_id }])
    const lines = LogPage.parse(await (await who.client.get(`/api/runs/${run_id}/logs`)).json())
    const kept = await everything(run_id)
    expect(kept).toContain('nine paintings')
    for (const text of [kept, lines, said.map((spy) => spy.mock.calls), sent.mock.calls])
      expect(JSON.stringify(text)).not.toContain(PASSWORD)
  })

  it('leaves one text, however often a person opens it', async () => {
    const who = await lawyer()
    const { document_id } = await uploaded(who, 'vault.pdf', locked)
    await follow(who, await retry(who, document_id, { password: PASSWORD }))
    const once = await keysInR2()
    await follow(who, await retry(who, document_id, { password: PASSWORD }))
    expect(await keysInR2()).toHaveLength(once.length)
    expect(await who.document(document_id)).toMatchObject({ status: 'ready' })
  })
})

describe('another file under the same id', () => {
  it('repairs a failed document in the same run', async () => {
    const who = await lawyer()
    const { run_id, document_id } = await uploaded(who, 'wrong.pdf', '<!doctype html>error')
    const answer = await putFile(who, document_id, 'A text about lighthouses.')
    expect(await follow(who, answer)).toBe(run_id)
    expect(await who.document(document_id)).toMatchObject({ status: 'ready', name: 'right.txt' })
    expect(await who.view(run_id)).toMatchObject({ round: 2, status: 'finished' })
    expect(await who.search('lighthouses')).toMatchObject([{ document_id, name: 'right.txt' }])
  })

  it('replaces the earlier file, of which nothing stays', async () => {
    const who = await lawyer()
    const { run_id, document_id } = await uploaded(who, 'a.txt', 'A text about harbours.')
    const before = await keysInR2()
    const next = await follow(who, await putFile(who, document_id, 'A text about mountains.'))
    expect(next).not.toBe(run_id)
    expect(await who.document(document_id)).toMatchObject({ status: 'ready', run_id: next })
    const passages = (await who.search('harbours')).map(({ passage }) => passage)
    expect(passages.join()).not.toContain('harbours')
    expect(await who.search('mountains')).toMatchObject([{ document_id }])
    expect(await keysInR2()).toHaveLength(before.length)
    await expect.poll(() => rowsIn('chunks', who.owner)).toHaveLength(1)
  })

  it('repairs a document of an archived run by a new run', async () => {
    const who = await lawyer()
    const { run_id, document_id } = await uploaded(who, 'empty.txt', '')
    const stub = stubOf(run_id)
    const owed = () =>
      within(stub, (_, { storage }) =>
        storage.sql.exec('SELECT jobs AS kind, due FROM outbox').toArray(),
      )
    await expect.poll(() => owed()).toMatchObject([{ kind: 'archive' }])
    vi.useFakeTimers({ toFake: ['Date'], now: Number((await owed())[0]?.['due']) })
    expect(await runDurableObjectAlarm(stub)).toBe(true)
    vi.useRealTimers()
    const { owner } = who
    const job = { owner, group: MATTER, external_id: ExternalId.parse(document_id) }
    await expect.poll(() => stub.job(job)).toBeUndefined()
    expect(await who.document(document_id)).toMatchObject({
      status: 'failed',
      error: { code: 'empty' },
    })
    const next = await follow(who, await putFile(who, document_id, 'A text about rivers.'))
    expect(next).not.toBe(run_id)
    expect(await who.document(document_id)).toMatchObject({ status: 'ready', run_id: next })
  })

  it('is refused, and not stored, if the matter has it under another id, or if no document has this id', async () => {
    const who = await lawyer()
    const { document_id } = await uploaded(who, 'one.txt', 'The one text.')
    const other = await uploaded(who, 'other.txt', 'The other text.')
    const before = await keysInR2()
    expect((await putFile(who, other.document_id, 'The one text.')).status).toBe(409)
    const stranger = await lawyer()
    expect((await putFile(stranger, document_id, 'Mine now.')).status).toBe(404)
    expect(await keysInR2()).toEqual(before)
    expect(await who.document(document_id)).toMatchObject({ name: 'one.txt', status: 'ready' })
  })

  it('is reported at once if it cannot be read', async () => {
    const who = await lawyer()
    const { document_id } = await uploaded(who, 'a.txt', '')
    const answer = await putFile(who, document_id, 'Rar!\x1a\x07')
    expect(await answer.clone().json()).toMatchObject({ error: { code: 'unsupported' } })
    await follow(who, answer)
    expect(await who.document(document_id)).toMatchObject({ error: { code: 'unsupported' } })
  })

  it('has what is attached to it as its documents, and not what was attached to the earlier file', async () => {
    const who = await lawyer()
    const before = (await keysInR2()).length
    const first = mailWith('Lease', ['a.txt', 'The first note.'], ['b.txt', 'The second note.'])
    const { document_id, run_id } = await who.uploadOne('mail.eml', first)
    await who.follow(run_id)
    const children = async () => (await who.document(document_id)).children ?? []
    const [a, b] = await children()
    const second = mailWith('Lease', ['b.txt', 'The second note.'], ['c.txt', 'A third note.'])
    const answer = await who.call('PUT', `/api/documents/${document_id}/file`, { body: second })
    const run = await follow(who, answer)
    expect(await who.jobs(run)).toHaveLength(2)
    expect(await children()).toEqual([
      { document_id: b?.document_id, name: 'b.txt', status: 'ready' },
      { document_id: expect.any(String), name: 'c.txt', status: 'ready' },
    ])
    expect(await who.document(document_id)).toMatchObject({ status: 'ready', notices: [] })
    const left = await who.document(DocumentId.parse(a?.document_id))
    expect(left).toMatchObject({ name: 'a.txt', status: 'ready' })
    expect(left.parent).toBeUndefined()
    expect((await who.search('third note'))[0]).toMatchObject({ name: 'c.txt' })
    expect(await keysInR2()).toHaveLength(before + 4)
  })
})

describe('a retry', () => {
  it('starts nothing for a document whose run goes on', async () => {
    const who = await lawyer()
    const { run_id, document_id } = await who.uploadOne('a.txt', 'A text.')
    const answer = await retry(who, document_id)
    expect(await follow(who, answer)).toBe(run_id)
    expect(await who.document(document_id)).toMatchObject({ status: 'ready', run_id })
  })
})
