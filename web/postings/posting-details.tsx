import type { PostingView } from '../../src/protocol/posting.ts'
import { Badge } from '../parts/badge.tsx'
import { moment } from '../parts/words.ts'
import { ChangeHistory } from './change-history.tsx'
import { MarkedUp } from './marked-up.tsx'
import { companyWords, facetWords, placeWords, salaryWords, typeWords } from './posting-words.ts'
import { Related } from './related.tsx'

/** What is stored of a posting: its facts, its description, what changed, and its relatives. */
export function PostingDetails({ posting }: { posting: PostingView }) {
  const { company, external_id, status, url, apply_url } = posting
  return (
    <div className="mt-3 space-y-5">
      <p className="flex flex-wrap gap-2">
        <Badge tone={status === 'open' ? 'ready' : status === 'closed' ? 'skipped' : 'aborted'}>
          {facetWords('status', status)}
        </Badge>
        <Outside to={url}>The posting at its source</Outside>
        {apply_url !== null && <Outside to={apply_url}>Apply</Outside>}
      </p>
      <Facts posting={posting} />
      <section aria-label="Description">
        <MarkedUp html={posting.description_html} />
      </section>
      <ChangeHistory of={{ company, external_id }} />
      <Related of={{ company, external_id }} />
    </div>
  )
}

function Outside({ to, children }: { to: string; children: string }) {
  if (!/^https?:\/\//.test(to)) return null
  return (
    <a href={to} target="_blank" rel="noreferrer" className="text-sm text-accent underline">
      {children}
    </a>
  )
}

function Facts({ posting }: { posting: PostingView }) {
  const { department, team, language, requisition_id, listings } = posting
  const facts: readonly (readonly [string, string | null])[] = [
    ['Company', companyWords(posting)],
    ['Place', placeWords(posting)],
    ['Department', department],
    ['Team', team],
    ['Type', typeWords(posting)],
    ['Salary', salaryWords(posting.salary)],
    ['Language', language === null ? '' : facetWords('language', language)],
    ['Requisition', requisition_id],
    ['Posted', timeWords(posting.posted_at)],
    ['First seen', timeWords(posting.first_seen_at)],
    ['Last seen', timeWords(listings?.last_at ?? null)],
    ['Changed', timeWords(posting.changed_at)],
    ['Expired', timeWords(posting.expired_at)],
    ['Read from', posting.read_from === 'text' ? 'the text of its page' : ''],
  ]
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
      {facts.map(([name, value]) =>
        value === null || value === '' ? null : (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="wrap-anywhere">{value}</dd>
          </div>
        ),
      )}
    </dl>
  )
}

function timeWords(time: string | null): string {
  return time === null ? '' : moment(time)
}
