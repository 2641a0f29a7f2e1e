import type { DocumentPorts } from '../../src/api/document-ports.ts'
import type { DocumentKey, NewDocument, StoredDocument } from '../../src/db/documents.ts'
import type { AskedMatter, MatterPlace } from '../../src/db/matters.ts'
import { hashBytes, randomHex } from '../../src/digest.ts'
import { joinBytes } from '../../src/join-bytes.ts'
import { checkFile } from '../../src/pipelines/documents/check-file.ts'
import { containerKind, takeOut } from '../../src/pipelines/documents/read/container.ts'
import { Matter } from '../../src/protocol/document.ts'
import { RunId } from '../../src/protocol/ids.ts'
import { MatterId } from '../../src/protocol/matter.ts'
import type { FileStore } from '../../src/storage/file-store.ts'
import { noDocuments } from './no-documents.ts'

type Added = NewDocument & { readonly owner: string; readonly matter: string; run_id: RunId }
type KeptMatter = MatterPlace & { readonly owner: string; name: string }

/** The documents of an API, in a map, with their files beside them. */
export class MemoryDocuments {
  readonly objects = new Map<string, Uint8Array>()
  readonly rows = new Map<string, Added>()
  readonly kept = new Map<string, KeptMatter>()

  ports(change: Partial<DocumentPorts> = {}): DocumentPorts {
    return {
      ...noDocuments,
      matters: this.matters,
      files: this.files,
      check: (file) => checkFile(file, 10_000),
      containerKind,
      takeOut,
      add: async ({ owner, matter, run_id, documents }) =>
        documents.map((given) => {
          const known = [...this.rows.values()].find(
            (row) => row.owner === owner && row.matter === matter && row.sha256 === given.sha256,
          )
          if (known === undefined)
            this.rows.set(given.document_id, { ...given, owner, matter, run_id })
          const { document_id, run_id: run } = known ?? { ...given, run_id }
          return { document_id, run_id: run, known: known !== undefined }
        }),
      withdraw: async ({ document_ids, made }) => {
        if (made !== undefined) this.kept.delete(made)
        for (const id of document_ids) this.rows.delete(id)
      },
      find: async (key) => this.stored(key),
      read: async (key) => this.stored(key),
      replace: async ({ document_id }, file) => {
        const row = this.rows.get(document_id)
        if (row === undefined) return undefined
        this.rows.set(document_id, { ...row, ...file })
        return row.file_key === null ? [] : [row.file_key]
      },
      moveTo: async ({ document_id }, run_id) => {
        const row = this.rows.get(document_id)
        if (row !== undefined) row.run_id = RunId.parse(run_id)
        return row !== undefined
      },
      ...change,
    }
  }

  private readonly matters: DocumentPorts['matters'] = {
    ...noDocuments.matters,
    find: async (owner, asked) => this.matterOf(owner, asked),
    place: async (owner, name) => {
      const known = this.matterOf(owner, { name })
      if (known !== undefined) return { ...known, made: false }
      const matter = { matter_id: MatterId.parse(randomHex(16)), group: Matter.parse(name), name }
      this.kept.set(matter.matter_id, { ...matter, owner })
      return { ...matter, made: true }
    },
    read: async ({ owner, matter_id }) => {
      const found = this.matterOf(owner, { matter_id })
      const those = [...this.rows.values()].filter(({ matter }) => matter === found?.group)
      const documents = { total: those.length, by_status: { pending: those.length } }
      return found && { ...found, documents, notices: 0, created_at: CREATED_AT }
    },
    rename: async ({ owner, matter_id }, name) => {
      const found = this.kept.get(matter_id)
      if (found?.owner !== owner) return undefined
      if (this.matterOf(owner, { name })) return 'taken'
      found.name = name
      return 'renamed'
    },
  }

  private matterOf(owner: string, asked: AskedMatter): MatterPlace | undefined {
    const own = [...this.kept.values()].filter((one) => one.owner === owner)
    const found = own.find((one) =>
      'name' in asked ? one.name === asked.name : one.matter_id === asked.matter_id,
    )
    return found && { matter_id: found.matter_id, group: found.group, name: found.name }
  }

  private stored({ owner, document_id }: DocumentKey): StoredDocument | undefined {
    const row = this.rows.get(document_id)
    if (row?.owner !== owner) return undefined
    const kept = [...this.kept.values()].find(
      (one) => one.owner === owner && one.group === row.matter,
    )
    return { ...storedOf(row), matter: kept?.name ?? row.matter }
  }

  private readonly files: FileStore = {
    put: async (bytes) => {
      const chunks: Uint8Array[] = []
      for await (const chunk of bytes) chunks.push(chunk.slice())
      const whole = joinBytes(chunks)
      const key = randomHex(16)
      this.objects.set(key, whole)
      return { key, size: whole.length, sha256: await hashBytes(whole), head: whole }
    },
    read: async (key) => this.objects.get(key),
    open: () => Promise.resolve(undefined),
    remove: async (keys) => {
      for (const key of keys) this.objects.delete(key)
    },
  }
}

const CREATED_AT = '2026-01-02T03:04:05.678Z'

function storedOf(row: Added): StoredDocument {
  const { owner: _owner, sha256: _sha256, parent: _parent, refused, matter, ...rest } = row
  return {
    ...rest,
    matter_id: MatterId.parse('e'.repeat(32)),
    matter,
    group: Matter.parse(matter),
    text_key: null,
    stage: null,
    status: 'pending',
    ...(refused === null ? {} : { error: refused }),
    created_at: CREATED_AT,
    indexed_at: null,
  }
}
