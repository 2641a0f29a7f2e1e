import { Link, type LinkProps } from '@tanstack/react-router'
import { type ReactNode, use, useEffect, useRef } from 'react'
import { createPortal } from 'react-dom'

import { FrameSlots } from '../frame/slots.ts'

/** A page above the shown one. */
type TrailStep = { readonly label: string; readonly link: LinkProps }

type ScreenProps = {
  title: string
  children: ReactNode
  aside?: ReactNode
  trail?: readonly TrailStep[]
  /** Names the tab, if its name is not the title. */
  tab?: ReactNode
  /** Lets the page use the whole width. */
  wide?: boolean
}

/** A screen's frame. The title names the tab and takes the focus when the screen appears. */
export function Screen({ title, children, aside, trail = [], tab, wide = false }: ScreenProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  return (
    <main id="main" tabIndex={-1} className={`page ${wide ? 'page-wide' : ''}`}>
      {tab ?? <title>{`${title} · Runcast`}</title>}
      <Trail steps={trail} title={title} />
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <h1
          ref={heading}
          tabIndex={-1}
          className="min-w-0 text-2xl font-bold tracking-tight wrap-anywhere"
        >
          {title}
        </h1>
        {aside}
      </div>
      {children}
    </main>
  )
}

/** Shows in the frame where the page stands. */
function Trail({ steps, title }: { steps: readonly TrailStep[]; title: string }) {
  const { trail } = use(FrameSlots)
  if (trail === null) return null
  return createPortal(
    <nav aria-label="Trail">
      <ol className="flex min-w-0 items-center gap-2 text-sm text-muted">
        {steps.map(({ label, link }) => (
          <li key={label} className="flex min-w-0 shrink items-center gap-2">
            <Link {...link} className="truncate underline hover:text-ink">
              {label}
            </Link>
            <span aria-hidden>/</span>
          </li>
        ))}
        <li className="min-w-0 flex-1 truncate" aria-current="page">
          {title}
        </li>
      </ol>
    </nav>,
    trail,
  )
}

/** Shows something in the frame's place for the connection sign. */
export function InSign({ children }: { children: ReactNode }) {
  const { sign } = use(FrameSlots)
  return sign === null ? children : createPortal(children, sign)
}
