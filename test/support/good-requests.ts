import type { Json } from './hostile-strings.ts'
import { UPGRADE } from './raw-request.ts'

/** A valid request for a route. Tests replace each of its texts by hostile ones. */
export type GoodRequest = {
  /** The status of the answer to the unchanged request. 200 by default. */
  readonly status?: number
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Json
  /** A form's field and its file, by their names. */
  readonly form?: Readonly<Record<string, string>>
  /** The content of the file, or the whole body. */
  readonly file?: string
}

/** Tests replace this value by a name that nobody has used. */
export const NEW = 'new'

const source: Json = { type: 'greenhouse', board: 'b', base_url: 'http://127.0.0.1:1' }
const site: Json = { type: 'site', url: 'http://127.0.0.1:1/jobs', match: 'job' }
export const company = { slug: 'acme', name: 'Acme', source: site }
const another: Json = { slug: NEW, name: 'Other', source: site }
export const ingestion: Json = { companies: [{ slug: 'acme', name: 'Acme', source }, another] }
const documents: Json = {
  matter: 'Smith',
  documents: [{ document_id: '0'.repeat(32), name: 'a.txt' }],
}

const key = { 'idempotency-key': NEW }
const fresh = { 'if-none-match': '"e.1"' }
const logs = { after: '0', limit: '1' }
const watch = { cursor: 'e.1', last_event_id: 'e.1', lean: '1', with: 'detail,log', wait: '0' }
const resume = { 'last-event-id': 'e.1' }
const form = { matter: 'Smith', files: 'a.txt' }

function after(place: Json) {
  return { cursor: Buffer.from(JSON.stringify(place)).toString('base64url'), limit: '1' }
}

const afterTime = after(['2030-01-01T00:00:00.000Z', 'a'])

/** One request for each route of the API. Requests that delete something come last. */
export const goodRequests: Readonly<Record<string, GoodRequest>> = {
  'GET /api/openapi.json': {},
  'GET /api/docs': {},
  'GET /api/health': {},
  'POST /api/dev/token': { body: { sub: 'somebody' } },
  'GET /api/runs/live': { query: watch, headers: resume },
  'GET /api/runs/live/stream': { query: watch, headers: resume },
  'GET /api/runs/live/socket': { status: 101, query: watch, headers: { ...resume, ...UPGRADE } },
  'GET /api/runs/live/events': { query: watch, headers: { ...resume, ...fresh } },
  'GET /api/runs/:run_id/stream': { query: watch, headers: resume },
  'GET /api/ingestion/progress/:run_id': { query: watch, headers: resume },
  'GET /api/runs/:run_id/socket': { status: 101, query: watch, headers: { ...resume, ...UPGRADE } },
  'GET /api/runs/:run_id/events': { query: watch, headers: { ...resume, ...fresh } },
  'GET /api/runs/:run_id': { headers: fresh },
  'GET /api/runs/:run_id/input': {},
  'GET /api/runs/:run_id/compare': {},
  'GET /api/runs/:run_id/jobs': {
    query: { group: 'a', status: 'ready', cursor: '0.0', limit: '1' },
  },
  'GET /api/runs/:run_id/jobs/:group/:external_id': { status: 404 },
  'GET /api/runs/:run_id/logs': { query: logs },
  'GET /api/ingestion/logs/:run_id': { query: logs },
  'GET /progress/documents/:document_id/stream': { headers: resume },
  'POST /api/runs': {
    status: 202,
    headers: key,
    body: { pipeline: 'documents', input: documents, name: 'Nightly', labels: { team: 'a' } },
  },
  'GET /api/pipelines': {},
  'GET /api/runs': {
    query: {
      status: 'with_problems',
      pipeline: 'ingestion',
      label: 'team:growth',
      group: 'acme',
      q: 'nightly',
      started_since: '2026-01-01',
      started_before: '2030-01-01',
      longer_than_s: '60',
      ...afterTime,
    },
  },
  'PATCH /api/runs/:run_id': { body: { name: 'Nightly', labels: { team: 'growth' } } },
  'POST /api/runs/:run_id/again': {
    status: 409,
    headers: key,
    body: { only: 'failed' },
  },
  'POST /api/runs/:run_id/retry': {
    status: 422,
    body: { jobs: [{ group: 'a', external_id: '1' }] },
  },
  'GET /api/failures': { query: { since: '2026-01-01', ...after(['a']) } },
  'POST /api/schedules': {
    status: 201,
    body: {
      name: 'Nightly',
      start: { pipeline: 'ingestion', input: ingestion },
      labels: { team: 'a' },
      when: { kind: 'cron', cron: '0 3 * * *', zone: 'Europe/Berlin' },
    },
  },
  'GET /api/schedules': {},
  'POST /api/schedules/preview': {
    body: { when: { kind: 'daily', at: '03:00', zone: 'Europe/Berlin' }, jitter_s: 60 },
  },
  'GET /api/schedules/:schedule_id': {},
  'PATCH /api/schedules/:schedule_id': { body: { name: 'Daily', labels: { team: 'b' } } },
  'POST /api/schedules/:schedule_id/run': { status: 202, headers: key },
  'POST /api/webhooks': {
    status: 201,
    body: {
      url: 'https://example.com/hook',
      description: 'Alarms',
      events: ['run.error'],
      rules: { pipelines: ['ingestion'], labels: { team: 'a' } },
    },
  },
  'GET /api/webhooks': {},
  'GET /api/webhooks/:webhook_id': {},
  'PATCH /api/webhooks/:webhook_id': { body: { description: 'Alarms', events: ['run.error'] } },
  'POST /api/webhooks/:webhook_id/secret': {},
  'POST /api/webhooks/:webhook_id/test': {},
  'GET /api/webhooks/:webhook_id/deliveries': {},
  'POST /api/webhooks/:webhook_id/deliveries/:notice_id/redeliver': { status: 404 },
  'GET /api/runs/:run_id/expiry': {},
  'POST /api/runs/:run_id/expiry': { status: 404, body: { company: 'acme', apply: true } },
  'POST /api/runs/:run_id/watch-tokens': { status: 201, body: { expires_in: 60 } },
  'POST /api/ingestion/start': { status: 202, headers: key, body: ingestion },
  'GET /api/companies': { query: after(['a']) },
  'POST /api/companies': { status: 201, body: another },
  'POST /api/companies/preview': { body: ingestion },
  'POST /api/companies/detect': { body: { urls: ['http://127.0.0.1:1/jobs'] } },
  'GET /api/companies/:slug': {},
  'GET /api/companies/:slug/visits': { query: { limit: '1' } },
  'PUT /api/companies/:slug': { body: { name: 'Acme', source: site } },
  'PATCH /api/companies/:slug': { body: { name: 'Acme', source, labels: { team: 'growth' } } },
  'GET /api/postings': {
    query: {
      company: 'acme',
      status: 'open',
      workplace: 'remote',
      country: 'DE',
      department: 'Design',
      language: 'de',
      employment_type: 'intern',
      posted_since: '2026-01-01',
      changed_since: '2026-01-01',
      q: 'engineer',
      sort: 'rank',
      facets: 'country',
      format: 'json',
      bom: '1',
      ...after([true, '2030-01-01T00:00:00.000Z', 'a', 'b']),
    },
  },
  'GET /api/postings/:company/:external_id/history': { status: 404 },
  'GET /api/postings/:company/:external_id/related': { status: 404 },
  'GET /api/postings/:company/:external_id{[^]+}': { status: 404 },
  'GET /api/matters': { query: { name: 'Smith', ...afterTime } },
  'GET /api/matters/:matter_id': {},
  'POST /api/matters/:matter_id/watch-tokens': { status: 201, body: { expires_in: 60 } },
  'GET /api/watch-tokens': {},
  'POST /api/documents': { status: 202, headers: key, form, file: 'some text' },
  'GET /api/documents': { query: { matter: 'Smith', ...afterTime } },
  'GET /api/documents/export': { query: { matter: 'Smith' } },
  'POST /api/documents/embed': { headers: key, body: { matter: 'Smith' } },
  'GET /api/documents/:document_id': {},
  'GET /api/documents/:document_id/file': {},
  'PUT /api/documents/:document_id/file': {
    status: 202,
    query: { name: 'b.txt' },
    file: 'other text',
  },
  'GET /api/documents/:document_id/chunks': { query: after(0) },
  'GET /api/documents/:document_id/outline': {},
  'GET /api/documents/:document_id/passages/:n': { status: 404 },
  'GET /api/documents/:document_id/pages/:page': { status: 404 },
  'POST /api/documents/:document_id/retry': { status: 202, body: { password: 'sesame' } },
  'GET /api/search': {
    query: { q: 'lease', matter: 'Smith', cursor: '1', limit: '1', document: '0'.repeat(32) },
  },
  'POST /documents/upload': { status: 202, query: { matter: 'Smith' }, form, file: 'some text' },
  'GET /documents/:document_id/status': {},
  'POST /api/runs/:run_id/pause': { status: 409 },
  'POST /api/runs/:run_id/resume': { status: 409 },
  'POST /api/runs/pause': {},
  'POST /api/runs/resume': {},
  'GET /api/usage': {},
  'POST /api/runs/:run_id/abort': {},
  'POST /api/ingestion/abort/:run_id': {},
  'DELETE /api/runs/:run_id/watch-tokens/:token_id': { status: 204 },
  'DELETE /api/matters/:matter_id/watch-tokens/:token_id': { status: 204 },
  'POST /api/runs/bulk': {
    status: 202,
    headers: key,
    body: {
      filter: { status: 'error', label: 'team:growth', q: 'nightly', started_since: '2026-01-01' },
      action: { kind: 'label', labels: { team: 'growth' } },
    },
  },
  'GET /api/tasks/:task_id': { status: 404 },
  'DELETE /api/companies/:slug': { status: 202 },
  'DELETE /api/schedules/:schedule_id': { status: 204 },
  'DELETE /api/webhooks/:webhook_id': { status: 204 },
  'PATCH /api/matters/:matter_id': { body: { name: NEW } },
  'DELETE /api/documents/:document_id': {},
  'DELETE /api/matters/:matter_id': { status: 202 },
  'DELETE /api/runs/:run_id': { status: 202 },
  'DELETE /api/owner': { status: 202, query: { confirm: 'everything' } },
}
