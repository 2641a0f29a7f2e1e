import { Link } from '@tanstack/react-router'
import { type FormEvent, useRef, useState } from 'react'

import { readSearch, writeSearch } from '../frame/search-text.ts'
import { Modal, type ModalHandle } from '../parts/modal.tsx'
import { searchOf } from '../parts/view.ts'
import { forgetView, keepView, type KeptView, keptViews } from './kept-views.ts'
import { PostingsView } from './postings-view.ts'

/** The views that a person named in this browser, and the way to name the shown one. */
export function SavedViews({ view }: { view: PostingsView }) {
  const modal = useRef<ModalHandle>(null)
  const [views, setViews] = useState(keptViews)
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const name = new FormData(event.currentTarget).get('name')
    if (typeof name !== 'string' || name.trim() === '') return
    keepView({
      name: name.trim(),
      query: writeSearch(searchOf(PostingsView, { ...view, posting: '' })),
    })
    setViews(keptViews())
    event.currentTarget.reset()
  }
  return (
    <>
      <button
        type="button"
        className="button button-quiet text-sm"
        onClick={() => modal.current?.open()}
      >
        Saved views
      </button>
      <Modal ref={modal} title="Saved views">
        {views.length === 0 && (
          <p className="text-muted">None yet. This browser keeps the views that you save.</p>
        )}
        <ViewList
          views={views}
          onChosen={() => modal.current?.close()}
          onRemoved={() => setViews(keptViews())}
        />
        <form className="flex flex-wrap items-end gap-3" onSubmit={save}>
          <label className="min-w-0 flex-1 basis-44 space-y-1">
            <span className="block text-sm text-muted">Name for the shown view</span>
            <input name="name" required maxLength={100} className="field w-full" />
          </label>
          <button type="submit" className="button button-main">
            Save
          </button>
          <button
            type="button"
            className="button button-quiet"
            onClick={() => modal.current?.close()}
          >
            Close
          </button>
        </form>
      </Modal>
    </>
  )
}

type ViewListProps = {
  views: readonly KeptView[]
  onChosen: () => void
  onRemoved: () => void
}

function ViewList({ views, onChosen, onRemoved }: ViewListProps) {
  return (
    <ul className="divide-y divide-line">
      {views.map(({ name, query }) => (
        <li key={name} className="flex items-center gap-3 py-2">
          <Link
            to="/postings"
            search={readSearch(query)}
            className="min-w-0 flex-1 text-accent underline wrap-anywhere"
            onClick={onChosen}
          >
            {name}
          </Link>
          <button
            type="button"
            className="button button-quiet text-sm"
            aria-label={`Remove ${name}`}
            onClick={() => {
              forgetView(name)
              onRemoved()
            }}
          >
            Remove
          </button>
        </li>
      ))}
    </ul>
  )
}
