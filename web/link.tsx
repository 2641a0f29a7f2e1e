import type { MouseEvent, ReactNode } from 'react'

import { go } from './route.ts'

/** A link within the page. A plain click changes the screen; the browser handles any other click. */
export function Link(props: { to: string; className?: string; children: ReactNode }) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
      return
    event.preventDefault()
    go(props.to)
  }
  return (
    <a href={props.to} className={props.className} onClick={follow}>
      {props.children}
    </a>
  )
}
