import type { CompanyPreview } from '../../src/protocol/preview.ts'
import { countOf } from '../parts/words.ts'

const KINDS = ['new', 'changed', 'unchanged', 'unread', 'gone'] as const

const WORDS = {
  new: 'new',
  changed: 'changed',
  unchanged: 'unchanged',
  unread: 'on pages that a preview does not read',
  gone: 'missing from the site',
} as const

/** What a run would find. Nothing of it is stored. */
export function PreviewResult({ preview }: { preview: CompanyPreview }) {
  if (preview.status === 'failed')
    return (
      <p className="rounded-lg bg-failed-soft p-3 text-failed-ink wrap-anywhere">
        Could not be read: {preview.reason.message} <code>({preview.reason.code})</code>
      </p>
    )
  const kinds = KINDS.filter((kind) => preview[kind].count > 0)
  return (
    <div className="space-y-1 rounded-lg bg-sunken p-3 text-sm">
      <p className="font-semibold">
        {countOf(preview.found, 'posting')} found
        {!preview.complete && ', and the list may have more'}
      </p>
      <ul>
        {kinds.map((kind) => (
          <li key={kind} className="wrap-anywhere">
            {preview[kind].count} {WORDS[kind]}
            <span className="text-muted">
              :{' '}
              {preview[kind].sample
                .map(({ external_id, title }) => title || external_id)
                .join(', ')}
            </span>
          </li>
        ))}
      </ul>
      {preview.held && <p>The missing ones would wait for your decision.</p>}
    </div>
  )
}
