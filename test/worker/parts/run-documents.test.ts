import { unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'

import { PageView, PassageView, Uploaded } from '../../../src/protocol/document.ts'
import { docx, paragraph, zip } from '../../support/documents/docx.ts'
import { mailWith } from '../../support/documents/mail.ts'
import { msg } from '../../support/documents/msg.ts'
import { ole } from '../../support/documents/ole.ts'
import { pdf, typed } from '../../support/documents/pdf.ts'
import { countRows, formOf, keysInR2, lawyer, MATTER } from '../documents.ts'
import { settings } from '../object.ts'

const letter = pdf({
  pages: [typed(['The tenant has paid no rent since January.']), typed(['Eviction is sought.'])],
})
const contract = docx({ body: paragraph('The seller warrants that the roof is free of defects.') })

describe('an upload', () => {
  it('of several kinds becomes ready and searchable', async () => {
    const who = await lawyer()
    const { run_id, matter, documents } = await who.upload(
      ['letter.pdf', letter],
      ['contract.docx', contract],
      ['page.html', '<!doctype html><title>Notice</title><p>The licence was revoked in May.</p>'],
      ['memo.md', '# Memo\n\nThe checker saw a green bicycle.'],
      ['note.txt', 'Der Kläger verlangt Schadensersatz wegen der Verspätung.'],
    )
    expect(matter).toBe(MATTER)
    const watcher = await who.follow(run_id)
    expect(watcher.state.status).toBe('finished')
    const shown = await Promise.all(documents.map(({ document_id }) => who.document(document_id)))
    expect(shown).toMatchObject([
      { name: 'letter.pdf', kind: 'pdf', status: 'ready', content: { pages: 2 } },
      { name: 'contract.docx', kind: 'docx', status: 'ready' },
      { name: 'page.html', kind: 'html', status: 'ready' },
      { name: 'memo.md', kind: 'markdown', status: 'ready' },
      { name: 'note.txt', kind: 'text', status: 'ready', content: { language: 'german' } },
    ])
    const [hit] = await who.search('eviction')
    expect(hit).toMatchObject({ document_id: documents[0]?.document_id, name: 'letter.pdf' })
    expect(hit?.passage).toContain('Eviction is sought.')
    const cited = await who.call('GET', `/api/documents/${documents[0]?.document_id}/passages/0`)
    const passage = PassageView.parse(await cited.json())
    expect(passage.boxes?.map(({ page }) => page)).toEqual([1, 2])
    const page = await who.call('GET', `/api/documents/${documents[0]?.document_id}/pages/2`)
    expect(PageView.parse(await page.json())).toMatchObject({
      page: 2,
      text: 'Eviction is sought.',
    })
    expect((await who.search('bicycle'))[0]).toMatchObject({ name: 'memo.md' })
    const exported = await who.call(
      'GET',
      `/api/documents/export?matter=${encodeURIComponent(MATTER)}`,
    )
    const files = unzipSync(new Uint8Array(await exported.arrayBuffer()))
    expect(Object.keys(files)).toHaveLength(11)
    expect(files['files/letter.pdf']).toEqual(letter)
    expect(new TextDecoder().decode(files['texts/letter.pdf.md'])).toContain('<!-- page 2 -->')
    const stranger = await lawyer()
    expect(await stranger.search('eviction')).toEqual([])
  })

  it('of a ZIP of files has a document for each of its files, and keeps no ZIP', async () => {
    const who = await lawyer()
    const before = await keysInR2()
    const bundle = zip({
      'bundle/letter.pdf': letter,
      'bundle/notes/memo.md': '# Memo',
      '__MACOSX/._memo.md': 'x',
      'bundle/empty.txt': '',
    })
    const { run_id, documents } = await who.upload(['bundle.zip', bundle], ['a.txt', 'Some text.'])
    expect(documents).toMatchObject([
      { name: 'letter.pdf', known: false },
      { name: 'memo.md', known: false },
      { name: 'empty.txt', error: { code: 'empty' } },
      { name: 'a.txt' },
    ])
    await who.follow(run_id)
    expect((await keysInR2()).length - before.length).toBe(3)
    const shown = await Promise.all(documents.map(({ document_id }) => who.document(document_id)))
    expect(shown.map(({ status }) => status)).toEqual(['ready', 'ready', 'failed', 'ready'])
    const damaged = await who.upload(['broken.zip', bundle.slice(0, 300)])
    expect(damaged.documents).toMatchObject([{ name: 'broken.zip', error: { code: 'damaged' } }])
  })

  it('of a message has a document for what is attached, with the message as its parent', async () => {
    const who = await lawyer()
    const rar = ['old.rar', 'Rar!'] as const
    const rent = { properties: { 0x0037: 'Rent', 0x1000: 'The rent is due in May.' } }
    const outlook = msg({
      properties: { 0x0037: 'Fwd', 0x1000: 'See below.' },
      attachments: [{ 0x3001: 'Rent', 0x3705: 5, message: rent }],
    })
    const message = mailWith(
      'Lease',
      ['letter.pdf', letter],
      rar,
      ['bundle.zip', zip({ 'memo.md': '# Memo' })],
      ['fwd.msg', outlook],
    )
    const { run_id, documents } = await who.upload(['a.eml', message])
    const [mail, pdf_of, rar_of, fwd, memo] = documents
    const parent = mail?.document_id
    expect(documents).toMatchObject([
      { name: 'a.eml' },
      { name: 'letter.pdf', parent },
      { name: 'old.rar', parent, error: { code: 'unsupported' } },
      { name: 'fwd.msg', parent },
      { name: 'memo.md', parent },
      { name: 'Rent.msg', parent: fwd?.document_id },
    ])
    await who.follow(run_id)
    expect(await who.jobs(run_id)).toHaveLength(6)
    expect((await who.search('rent is due'))[0]).toMatchObject({ name: 'Rent.msg' })
    expect((await who.search('eviction'))[0]).toMatchObject({ document_id: pdf_of?.document_id })
    const shown = await Promise.all(documents.map(({ document_id }) => who.document(document_id)))
    expect(shown[0]).toMatchObject({
      kind: 'eml',
      status: 'ready',
      notices: [{ code: 'attachments_unread', count: 1 }],
      children: [
        { document_id: pdf_of?.document_id, name: 'letter.pdf', status: 'ready' },
        { document_id: rar_of?.document_id, name: 'old.rar', status: 'failed' },
        { document_id: fwd?.document_id, name: 'fwd.msg', status: 'ready' },
        { document_id: memo?.document_id, name: 'memo.md', status: 'ready' },
      ],
    })
    expect(shown[1]).toMatchObject({ parent: { document_id: parent, name: 'a.eml' } })
    const again = await who.upload(['b.eml', message])
    expect(again.documents.map(({ known }) => known)).toEqual(documents.map(() => true))
    expect(await countRows(who.owner)).toMatchObject({ documents: 6 })
  })

  it('of bytes that the matter has returns that document, and leaves no second object', async () => {
    const who = await lawyer()
    const before = await keysInR2()
    const first = await who.upload(['a.txt', 'the same bytes'], ['b.txt', 'the same bytes'])
    const [one, twin] = first.documents
    expect([one?.known, twin?.known]).toEqual([false, true])
    expect(twin?.document_id).toBe(one?.document_id)
    const second = await who.upload(['c.txt', 'the same bytes'], ['d.txt', 'other bytes'])
    expect(second.documents).toMatchObject([
      { document_id: one?.document_id, known: true },
      { known: false },
    ])
    expect((await keysInR2()).length - before.length).toBe(2)
    await who.follow(first.run_id)
    await who.follow(second.run_id)
    expect(await who.jobs(first.run_id)).toMatchObject([{ title: 'a.txt', status: 'ready' }])
    expect(await who.jobs(second.run_id)).toMatchObject([{ title: 'd.txt', status: 'ready' }])
    const other = await who.call('POST', '/api/documents', {
      body: formOf([['a.txt', 'the same bytes']], 'another matter'),
    })
    expect(Uploaded.parse(await other.json()).documents).toMatchObject([{ known: false }])
  })

  it('reports the files that cannot be read with the reason, and the others go on', async () => {
    const who = await lawyer()
    const before = await keysInR2()
    const { run_id, documents } = await who.upload(
      ['empty.txt', ''],
      ['old.doc', ole('Root Entry', 'WordDocument')],
      ['page.pdf', '<!doctype html><p>502 Bad Gateway'],
      ['good.txt', 'This one can be read.'],
      ['large.pdf', largePdf()],
    )
    const codes = ['empty', 'legacy_doc', 'type_mismatch', undefined, 'too_large']
    expect(documents.map(({ error }) => error?.code)).toEqual(codes)
    expect((await keysInR2()).length - before.length).toBe(1)
    expect((await who.follow(run_id)).state.status).toBe('finished')
    const shown = await Promise.all(documents.map(({ document_id }) => who.document(document_id)))
    expect(shown.map(({ error }) => error)).toEqual(documents.map(({ error }) => error))
    expect(shown.map(({ status }) => status)).toEqual(
      codes.map((code) => (code === undefined ? 'ready' : 'failed')),
    )
    expect(documents[4]?.error?.message).toContain('25 MB')
  })

  it('under one key makes one run with one answer', async () => {
    const who = await lawyer()
    const before = await keysInR2()
    const files = [
      ['a.txt', 'the first'],
      ['b.txt', 'the second'],
    ] as const
    const key = { 'idempotency-key': 'once' }
    const both = await Promise.all([who.sendFiles(files, key), who.sendFiles(files, key)])
    const third = await who.sendFiles(files, key)
    const answers = await Promise.all([...both, third].map((one) => one.json()))
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
    const { run_id } = Uploaded.parse(answers[0])
    expect((await keysInR2()).length - before.length).toBe(2)
    expect((await who.sendFiles([['a.txt', 'another']], key)).status).toBe(422)
    expect(await countRows(who.owner)).toMatchObject({ documents: 2 })
    expect((await keysInR2()).length - before.length).toBe(2)
    await who.follow(run_id)
    expect(await who.jobs(run_id)).toMatchObject([{ status: 'ready' }, { status: 'ready' }])
  })
})

/** A file with the beginning of a PDF that is larger than a document may be. */
function largePdf(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(settings.document_bytes + 1)
  bytes.set(letter)
  return bytes
}
