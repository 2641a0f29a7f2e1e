import { env } from 'cloudflare:workers'
import { expect } from 'vitest'

import {
  type DocumentId,
  DocumentView,
  Matter,
  SearchPage,
  Uploaded,
} from '../../src/protocol/document.ts'
import { send } from './api-client.ts'
import { database } from './parts.ts'
import { newUser } from './test-user.ts'

export const MATTER = Matter.parse('Doe v. Acme')

type Files = readonly (readonly [name: string, content: string | Uint8Array<ArrayBuffer>])[]

/** Makes a new user with files, who works with documents through the Worker. */
export async function lawyer() {
  const who = await newUser()
  const authorization = `Bearer ${who.client.token}`
  const call = (method: string, path: string, init: RequestInit = {}) => {
    const headers = { ...Object.fromEntries(new Headers(init.headers)), authorization }
    return send(path, { ...init, method, headers })
  }
  const sendFiles = (files: Files, headers: Record<string, string> = {}) =>
    call('POST', '/api/documents', { body: formOf(files), headers })
  const upload = async (...files: Files) => {
    const response = await sendFiles(files)
    if (response.status !== 202) throw new Error(await response.text())
    return Uploaded.parse(await response.json())
  }
  const get = async (path: string) => (await call('GET', path)).json()
  return {
    ...who,
    call,
    sendFiles,
    upload,
    async uploadOne(...file: Files[number]) {
      const { run_id, documents } = await upload(file)
      const [one] = documents
      if (one === undefined) throw new Error('nothing was uploaded')
      return { run_id, document_id: one.document_id }
    },
    /** Waits until the run has ended, and with it all of its documents. */
    async follow(run_id: string) {
      return (await who.watch(run_id)).drain()
    },
    document: async (id: DocumentId) => DocumentView.parse(await get(`/api/documents/${id}`)),
    search: async (q: string) =>
      SearchPage.parse(await get(`/api/search?q=${encodeURIComponent(q)}`)).hits,
  }
}

export type Lawyer = Awaited<ReturnType<typeof lawyer>>

/** Waits until a document's first passage is being embedded. */
export async function isEmbedding(who: Lawyer, id: DocumentId): Promise<void> {
  const embedding = { status: 'embedding', message: 'Passage 1 of 1' }
  await expect.poll(() => who.document(id)).toMatchObject(embedding)
}

export function formOf(files: Files, matter: string = MATTER): FormData {
  const form = new FormData()
  form.append('matter', matter)
  for (const [name, content] of files) form.append('files', new File([content], name))
  return form
}

export async function keysInR2(): Promise<string[]> {
  const { objects } = await env.FILES.list()
  return objects.map(({ key }) => key).toSorted()
}

type Table = 'documents' | 'chunks' | 'chunk_vectors'

/** Reads an owner's rows of a table. Returns none if this Postgres does not have the table. */
export async function rowsIn(table: Table, owner: string) {
  const [found] = await database().query('SELECT to_regclass($1::text) IS NOT NULL AS there', [
    table,
  ])
  if (found?.['there'] !== true) return []
  return database().query(`SELECT * FROM ${table} WHERE owner = $1`, [owner])
}

/** Counts an owner's rows in Postgres. */
export async function countRows(owner: string): Promise<Record<Table, number>> {
  return {
    documents: (await rowsIn('documents', owner)).length,
    chunks: (await rowsIn('chunks', owner)).length,
    chunk_vectors: (await rowsIn('chunk_vectors', owner)).length,
  }
}

export const NO_ROWS = { documents: 0, chunks: 0, chunk_vectors: 0 }
