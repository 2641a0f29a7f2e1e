import { useEffect, useRef, type ReactNode } from 'react'

/** A screen's frame. The title names the tab and takes the focus when the screen appears. */
export function Screen(props: { title: string; children: ReactNode; aside?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <main className="mx-auto w-full max-w-6xl space-y-6 px-4 py-6 sm:px-6 sm:py-8">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <h1
          ref={heading}
          tabIndex={-1}
          className="min-w-0 text-2xl font-bold tracking-tight wrap-anywhere"
        >
          {props.title}
        </h1>
        {props.aside}
      </div>
      {props.children}
    </main>
  )
}
