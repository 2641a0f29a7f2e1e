/** A request that is made to keep a server busy, and the status of its answer. */
export type HostileRequest = {
  readonly kind: string
  readonly path: string
  readonly status: number
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** The body is sent in pieces, without a header that tells its size. */
  readonly undeclared?: true
}

/** The size of an upload that blocked all other requests for 75 s. */
const SIZE = 2_300_000
const BOUNDARY = '----runcast'
const END = `\r\n--${BOUNDARY}--\r\n`

const fill = (text: string, size = SIZE) => text.repeat(Math.floor(size / text.length))

function start(name: string, filename?: string, boundary = BOUNDARY): string {
  const file = filename === undefined ? '' : `; filename="${filename}"`
  return `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${file}\r\n`
}

const file = `${start('files', 'a.txt')}\r\n`

function form(kind: string, status: number, body: string): HostileRequest {
  const headers = boundedBy(BOUNDARY)
  const bytes = Buffer.from(body, 'latin1')
  return { kind, path: '/api/documents', status, method: 'POST', headers, body: bytes }
}

const boundedBy = (boundary: string) => ({
  'content-type': `multipart/form-data; boundary=${boundary}`,
})

function json(kind: string, [status, path]: [number, string], body: string): HostileRequest {
  const headers = { 'content-type': 'application/json' }
  return { kind, path, status, method: 'POST', headers, body: Buffer.from(body) }
}

const members = (count: number) => Array.from({ length: count }, (_, n) => `"k${n}":1`).join(',')

const company = (change: object) =>
  JSON.stringify({
    slug: 'acme',
    name: 'Acme',
    source: { type: 'site', url: 'https://acme.test' },
    ...change,
  })

const long = (text: string) => fill(text, 1_900_000)
const dashes = '-'.repeat(70)
const someRun = `/api/runs/${'0'.repeat(32)}`

const forms: readonly HostileRequest[] = [
  form(
    '200,000 header lines',
    413,
    `${start('files', 'a')}${'x-a: b\r\n'.repeat(200_000)}\r\n${END}`,
  ),
  form('one header line without end', 413, `${start('files', 'a')}x-a: ${fill('b')}\r\n\r\n${END}`),
  form('header lines that no CRLF ends', 413, `--${BOUNDARY}\r\n${fill('x: y\n')}`),
  form('a header that never ends', 413, `--${BOUNDARY}\r\n${fill('x')}`),
  form('a file name without end', 413, `${start('files', fill('a'))}\r\nx${END}`),
  form('a name of many quotes', 413, `${start('files', fill('\\"'))}\r\nx${END}`),
  form('parameters without end', 413, start('files', `a"${fill('; a=b')}`)),
  form('thousands of empty files', 413, fill(`${file}\r\n`) + END),
  form('thousands of fields', 413, fill(`${start('matter')}\r\na\r\n`) + END),
  form('line ends in a file', 422, file + fill('\r\n') + END),
  form('beginnings of a boundary in a file', 422, file + fill(`\r\n--${BOUNDARY.slice(1)}`) + END),
  {
    ...form(
      'a boundary of dashes around dashes',
      422,
      `${start('files', 'a', dashes)}\r\n${fill('-')}\r\n--${dashes}--`,
    ),
    headers: boundedBy(dashes),
  },
  form('much before the first part', 413, fill('p') + file + END),
  form('much behind the last part', 422, `${file}x${END}${fill('e')}`),
  form('a matter of megabytes', 413, `${start('matter')}\r\n${fill('m')}\r\n${file}${END}`),
  { ...form('a boundary without end', 415, file), headers: boundedBy(fill('b', 10_000)) },
]

const bodies: readonly HostileRequest[] = [
  json('lists in lists', [413, '/api/runs'], long('[')),
  json('objects in objects', [413, '/api/ingestion/start'], long('{"companies":[')),
  json('objects of many members', [413, '/api/companies'], `{${members(150_000)}}`),
  json('a million entries', [413, '/api/ingestion/start'], `{"companies":[${long('1,')}1]}`),
  json('a million objects', [413, '/api/ingestion/start'], `{"companies":[${long('{},')}{}]}`),
  json('a number without end', [422, '/api/runs'], long('1')),
  json('a slug of megabytes', [422, '/api/companies'], company({ slug: long('a-') })),
  json('a name of megabytes', [422, '/api/companies'], company({ name: long('n') })),
  json(
    'an address of megabytes',
    [422, '/api/companies'],
    company({ source: { type: 'site', url: `https://${long('a.')}` } }),
  ),
  json('escapes without end', [400, '/api/companies'], `"${long('\\u0000')}`),
  json(
    'thousands of jobs to try again',
    [413, `${someRun}/retry`],
    JSON.stringify({
      jobs: Array.from({ length: 40_000 }, () => ({ group: '\0', external_id: '' })),
    }),
  ),
  {
    ...json(
      'more than is taken, of a size that is not said',
      [413, '/api/runs'],
      fill(' ', 4_000_000),
    ),
    undeclared: true,
  },
  {
    ...json('a compressed body', [415, '/api/runs'], long('{}')),
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
  },
  {
    kind: 'a file for no document',
    path: `/api/documents/${'0'.repeat(32)}/file`,
    status: 404,
    method: 'PUT',
    body: Buffer.from(fill('\r\n')),
  },
]

const heads: readonly HostileRequest[] = [
  { kind: 'ten thousand parameters', path: `/api/postings?${fill('a=b&', 40_000)}`, status: 200 },
  { kind: 'a cursor without end', path: `/api/runs?cursor=${fill('a', 40_000)}`, status: 422 },
  { kind: 'a path without end', path: `/api/postings/acme/${fill('%2f', 40_000)}`, status: 404 },
  {
    kind: 'a last event without end',
    path: `${someRun}/stream`,
    status: 404,
    headers: { 'last-event-id': fill('0', 60_000) },
  },
  {
    kind: 'tags without end',
    path: someRun,
    status: 404,
    headers: { 'if-none-match': fill('W/"a", ', 60_000) },
  },
]

export const hostileRequests: readonly HostileRequest[] = [...forms, ...bodies, ...heads]
