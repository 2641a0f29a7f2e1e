import type { PageDocument } from './platform.ts'
import { Timer } from './timer.ts'

/** Tells whether nobody has seen the page for a while, until the returned function is called. */
export type ObserveVisibility = (tell: (isHidden: boolean) => void) => () => void

/** A page counts as hidden after `hidden_ms`, so that somebody who looks away shortly changes nothing. */
export function visibilityOf(page: PageDocument, hidden_ms: number): ObserveVisibility {
  return (tell) => {
    const timer = new Timer()
    const look = () => {
      timer.clear()
      if (page.visibilityState === 'hidden') timer.set(hidden_ms, () => tell(true))
      else tell(false)
    }
    page.addEventListener('visibilitychange', look)
    look()
    return () => {
      page.removeEventListener('visibilitychange', look)
      timer.clear()
    }
  }
}
