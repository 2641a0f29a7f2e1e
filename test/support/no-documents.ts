import type { DocumentPorts } from '../../src/api/document-ports.ts'

const none = () => Promise.resolve(undefined)
const refuse = () => Promise.reject(new Error('no document is taken here'))

/** Ports of an API without documents, which refuses uploads. */
export const noDocuments: DocumentPorts = {
  matters: {
    find: none,
    place: refuse,
    list: () => Promise.resolve({ kind: 'page', page: { matters: [], next_cursor: null } }),
    read: none,
    rename: none,
  },
  tokens: {
    add: none,
    list: () => Promise.resolve([]),
    revoke: () => Promise.resolve(false),
    revokeAll: () => Promise.resolve(),
    admits: () => Promise.resolve('unknown'),
  },
  files: { put: refuse, read: none, open: none, remove: () => Promise.resolve() },
  upload: { form_bytes: 1_000_000, field_bytes: 1_000, parts: 10 },
  check: () => ({ kind: 'text', refused: null }),
  containerKind: () => undefined,
  takeOut: () => Promise.resolve([]),
  unlock: refuse,
  add: refuse,
  withdraw: () => Promise.resolve(),
  find: none,
  read: none,
  children: () => Promise.resolve([]),
  list: () => Promise.resolve({ kind: 'page', page: { documents: [], next_cursor: null } }),
  chunks: none,
  chunk: none,
  headed: () => Promise.resolve([]),
  onPage: () => Promise.resolve([]),
  layouts: () => Promise.resolve([]),
  replace: none,
  giveText: () => Promise.resolve(false),
  moveTo: () => Promise.resolve(false),
  outdated: () => Promise.resolve({ documents: [], left: 0 }),
  remove: none,
  storedBytes: () => Promise.resolve(0),
  search: () => Promise.resolve({ kind: 'page', page: { hits: [], next_cursor: null } }),
}
