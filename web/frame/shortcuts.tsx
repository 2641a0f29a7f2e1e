import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useEffectEvent, useRef, useState } from 'react'

import { Icon } from '../parts/icon.tsx'
import { Modal, type ModalHandle } from '../parts/modal.tsx'

/** The palette and its library are loaded when a person opens it. */
const Palette = lazy(() => import('../palette/palette.tsx'))

const KEYS = [
  ['Ctrl K or ⌘ K', 'Find anything'],
  ['g r', 'Runs'],
  ['g c', 'Companies'],
  ['g p', 'Postings'],
  ['g m', 'Matters'],
  ['g s', 'Schedules'],
  ['?', 'These shortcuts'],
  ['Esc', 'Close a panel or a dialog'],
] as const

const PAGES: Readonly<Record<string, string>> = {
  r: '/runs',
  c: '/companies',
  p: '/postings',
  m: '/matters',
  s: '/schedules',
  o: '/',
}

/** The palette, and the keys of the app. */
export function Shortcuts() {
  const palette = useRef<ModalHandle>(null)
  const help = useRef<ModalHandle>(null)
  const [isOpen, setOpen] = useState(false)
  const [letters, setLetters] = useState('')
  const open = () => {
    setLetters('')
    setOpen(true)
    palette.current?.open()
  }
  useKeys({ onPalette: open, onHelp: () => help.current?.open() })
  return (
    <>
      <button
        type="button"
        aria-label="Find anything"
        title="Find anything (Ctrl K)"
        className="grid size-9 shrink-0 cursor-pointer place-items-center rounded-full border border-line hover:bg-sunken"
        onClick={open}
      >
        <Icon name="search" />
      </button>
      <Modal ref={palette} title="Find anything" grows onClose={() => setOpen(false)}>
        {isOpen && (
          <Suspense fallback={<FirstLetters text={letters} onChange={setLetters} />}>
            <Palette first={letters} onChosen={() => palette.current?.close()} />
          </Suspense>
        )}
      </Modal>
      <Modal ref={help} title="Shortcuts">
        <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2">
          {KEYS.map(([key, words]) => (
            <div key={key} className="contents">
              <dt>
                <kbd className="rounded-sm border border-line bg-sunken px-1.5">{key}</kbd>
              </dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
        <button
          type="button"
          className="button button-quiet text-sm"
          onClick={() => help.current?.close()}
        >
          Close
        </button>
      </Modal>
    </>
  )
}

type FirstLettersProps = { text: string; onChange: (text: string) => void }

/** Takes what a person types while the palette is still loaded. */
function FirstLetters({ text, onChange }: FirstLettersProps) {
  return (
    <input
      // oxlint-disable-next-line jsx-a11y/no-autofocus -- the person opened the dialog to type
      autoFocus
      aria-label="Find anything"
      className="field w-full"
      value={text}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}

type Keys = { readonly onPalette: () => void; readonly onHelp: () => void }

const CHORD_MS = 1_000

function useKeys({ onPalette, onHelp }: Keys): void {
  const navigate = useNavigate()
  const began = useRef(0)
  const press = useEffectEvent((event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault()
      onPalette()
      return
    }
    if (isTyping(event)) return
    if (event.key === '?') onHelp()
    else if (event.key === 'g') began.current = event.timeStamp
    else {
      const to = event.timeStamp - began.current < CHORD_MS ? PAGES[event.key] : undefined
      began.current = 0
      if (to !== undefined) void navigate({ to })
    }
  })
  useEffect(() => {
    const hear = (event: KeyboardEvent) => press(event)
    addEventListener('keydown', hear)
    return () => removeEventListener('keydown', hear)
  }, [])
}

/** A key that a field, a dialog or the browser takes is none of the app's. */
function isTyping({ target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey) return true
  return (
    target instanceof Element &&
    target.closest('input, textarea, select, dialog, [contenteditable], [role=menu]') !== null
  )
}
