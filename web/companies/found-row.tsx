import type { CompanyPreview } from '../../src/protocol/preview.ts'
import { Badge } from '../parts/badge.tsx'
import { labelText } from '../parts/label-text.ts'
import type { FoundCompany } from './found-company.ts'
import { PreviewResult } from './preview-result.tsx'

type FoundRowProps = {
  row: FoundCompany
  preview: CompanyPreview | undefined
  onChange: (part: Partial<FoundCompany>) => void
}

const TONES = { answered: 'ready', 'not confirmed': 'skipped', given: 'pending' } as const

/** One company that was found, to be named and chosen. */
export function FoundRow({ row, preview, onChange }: FoundRowProps) {
  const { from, name, slug, labels, source, why, proof, chosen } = row
  return (
    <li className="space-y-2 py-4 first:pt-0">
      <div className="flex flex-wrap items-end gap-3">
        <input
          type="checkbox"
          aria-label={`Add ${name}`}
          className="mb-2.5 size-4 accent-accent"
          checked={chosen}
          onChange={(event) => onChange({ chosen: event.target.checked })}
        />
        <label className="min-w-0 flex-1 basis-40 text-sm">
          <span className="block text-muted">Name</span>
          <input
            className="field w-full"
            value={name}
            maxLength={200}
            onChange={(event) => onChange({ name: event.target.value })}
          />
        </label>
        <label className="min-w-0 flex-1 basis-32 text-sm">
          <span className="block text-muted">Key</span>
          <input
            className="field w-full font-mono text-sm"
            value={slug}
            maxLength={100}
            onChange={(event) => onChange({ slug: event.target.value })}
          />
        </label>
      </div>
      <p className="text-sm text-muted wrap-anywhere">
        <Badge tone={TONES[proof]}>{proof === 'given' ? 'from the file' : proof}</Badge>{' '}
        {source.type}: {why} <span className="block">{from}</span>
        {labelText(labels) !== '' && <span className="block">Labels: {labelText(labels)}</span>}
      </p>
      {preview && <PreviewResult preview={preview} />}
    </li>
  )
}
