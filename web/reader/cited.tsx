import { use } from 'react'

import type { PassageView } from '../../src/protocol/document.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { SharedMatterOfPage } from '../parts/matter-links.ts'

/** The passage that the address names, as a citation needs it. */
export function Cited({ passage }: { passage: PassageView }) {
  const { text, headings } = passage
  return (
    <section aria-labelledby="cited" className="panel space-y-2 p-5">
      <h2 id="cited" className="font-bold">
        {placeOf(passage)}
      </h2>
      {headings.length > 0 && (
        <p className="text-sm text-muted wrap-anywhere">{headings.join(' › ')}</p>
      )}
      <blockquote
        tabIndex={-1}
        aria-current
        className="max-h-96 overflow-auto whitespace-pre-line wrap-anywhere"
      >
        {text.trim()}
      </blockquote>
    </section>
  )
}

/** Copies the passage with where it stands and its permanent link. */
export function CopyCitation({ passage }: { passage: PassageView }) {
  const isShared = use(SharedMatterOfPage) !== undefined
  return (
    <CopyButton className="button button-quiet text-sm" text={citationOf(passage, isShared)}>
      Copy citation
    </CopyButton>
  )
}

/** Names the page of a passage with the label that is printed on it. */
function placeOf({ page, page_label, page_end }: PassageView): string {
  if (page === null) return 'Passage'
  const pages =
    page_end === null || page_end === page ? `Page ${page}` : `Pages ${page}–${page_end}`
  return page_label === null ? pages : `Page ${page_label} (sheet ${page})`
}

/** The address of a shared page has a token, which no citation may carry on. */
function citationOf(passage: PassageView, isShared: boolean): string {
  const { text, name, page, headings, link } = passage
  const address = isShared ? '' : `${location.origin}${link}`
  const place = [name, page === null ? '' : placeOf(passage), headings.join(' › '), address]
    .filter(Boolean)
    .join(', ')
  return `“${text.trim()}” (${place})`
}
