import { Link, Outlet } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, useState, useSyncExternalStore } from 'react'

import icon from '../icon.svg'
import { tokenNeed } from '../wire/token-need.ts'
import { Offline } from './offline.tsx'
import { Rail } from './rail.tsx'
import { Shortcuts } from './shortcuts.tsx'
import { FrameSlots } from './slots.ts'
import { TokenScreen } from './token-screen.tsx'

/** Its menu is a part that the first picture does not need. */
const AccountMenu = lazy(() => import('./account-menu.tsx'))

/** What stands around every page: the rail, the trail, the connection sign and the account. */
export function Frame() {
  const [trail, setTrail] = useState<HTMLElement | null>(null)
  const [sign, setSign] = useState<HTMLElement | null>(null)
  const slots = useMemo(() => ({ trail, sign }), [trail, sign])
  return (
    <FrameSlots value={slots}>
      <SkipLink />
      <div className="sm:grid sm:min-h-dvh sm:grid-cols-[auto_minmax(0,1fr)]">
        <Rail />
        <div className="flex min-w-0 flex-col pb-20 sm:pb-0">
          <header className="sticky top-0 z-20 border-b border-line bg-surface">
            <div className="flex min-h-14 items-center gap-3 px-4 sm:px-6">
              <Link to="/" className="shrink-0 rounded-lg sm:hidden" aria-label="Runcast">
                <img src={icon} alt="" width={24} height={24} className="size-6" />
              </Link>
              <div ref={setTrail} className="min-w-0 flex-1" />
              <div ref={setSign} className="shrink-0" />
              <Shortcuts />
              <div className="size-9 shrink-0">
                <Suspense>
                  <AccountMenu />
                </Suspense>
              </div>
            </div>
            <Offline />
          </header>
          <Page />
        </div>
      </div>
    </FrameSlots>
  )
}

function Page() {
  const need = useSyncExternalStore(tokenNeed.subscribe, tokenNeed.read)
  return need === 'none' ? <Outlet /> : <TokenScreen need={need} />
}

function SkipLink() {
  return (
    <a
      href="#main"
      className="sr-only z-50 rounded-lg bg-accent px-4 py-2 font-semibold text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      onClick={(event) => {
        // The hash of an address names a passage, so the link moves the focus alone.
        event.preventDefault()
        document.getElementById('main')?.focus()
      }}
    >
      Skip to the content
    </a>
  )
}
