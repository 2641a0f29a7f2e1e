import { Link } from '@tanstack/react-router'

import icon from '../icon.svg'
import { type IconName, Icon } from '../parts/icon.tsx'

const PLACES = [
  { to: '/', label: 'Overview', icon: 'start' },
  { to: '/runs', label: 'Runs', icon: 'runs' },
  { to: '/companies', label: 'Companies', icon: 'companies' },
  { to: '/postings', label: 'Postings', icon: 'postings' },
  { to: '/matters', label: 'Matters', icon: 'matters' },
  { to: '/schedules', label: 'Schedules', icon: 'schedules' },
  { to: '/settings', label: 'Settings', icon: 'settings' },
] as const satisfies readonly { to: string; label: string; icon: IconName }[]

/** The main places: a rail at the side, icons alone on a narrower screen, and a bar at the foot of a phone. */
export function Rail() {
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-30 border-t border-line bg-surface sm:sticky sm:inset-auto sm:top-0 sm:h-dvh sm:w-16 sm:border-t-0 sm:border-r lg:w-48"
    >
      <Link
        to="/"
        className="hidden h-14 items-center gap-2.5 px-5 text-lg font-bold tracking-tight sm:flex"
      >
        <img src={icon} alt="" width={24} height={24} className="size-6 shrink-0" />
        <span className="sr-only lg:not-sr-only">Runcast</span>
      </Link>
      <ul className="flex justify-around sm:mt-2 sm:flex-col sm:gap-1 sm:px-2">
        {PLACES.map(({ to, label, icon: name }) => (
          // The sign at the head of a phone’s page leads to the overview.
          <li
            key={to}
            className={`min-w-0 flex-1 sm:flex-none ${to === '/' ? 'hidden sm:block' : ''}`}
          >
            <Link
              to={to}
              activeOptions={{ exact: to === '/' }}
              title={label}
              className="flex flex-col items-center gap-0.5 rounded-lg py-2 text-[0.625rem] tracking-tight text-muted hover:bg-sunken hover:text-ink aria-[current=page]:font-semibold aria-[current=page]:text-accent sm:px-3 sm:aria-[current=page]:bg-sunken lg:flex-row lg:gap-3 lg:text-[0.9375rem] lg:tracking-normal"
            >
              <Icon name={name} />
              <span className="max-w-full truncate sm:sr-only lg:not-sr-only">{label}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
