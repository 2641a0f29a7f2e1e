import { Link } from '@tanstack/react-router'

import { Icon, type IconName } from '../parts/icon.tsx'

const CARDS = [
  {
    to: '/runs/new',
    icon: 'play',
    title: 'Start a run',
    words: 'Run sample companies, or a list of your own.',
  },
  {
    to: '/companies/new',
    icon: 'companies',
    title: 'Read a career site',
    words: 'Paste addresses. Runcast finds how each is read.',
  },
  {
    to: '/matters',
    icon: 'matters',
    title: 'Drop documents',
    words: 'Search them by meaning, with each page at hand.',
  },
] as const satisfies readonly { to: string; icon: IconName; title: string; words: string }[]

/** The three ways to begin. */
export function StartMenu() {
  return (
    <ul aria-label="Begin" className="grid gap-3 sm:grid-cols-3">
      {CARDS.map(({ to, icon, title, words }) => (
        <li key={to} className="panel relative flex items-start gap-3 p-4 hover:border-accent">
          <Icon name={icon} className="mt-0.5 size-5 text-accent" />
          <div className="min-w-0">
            <Link to={to} className="font-semibold after:absolute after:inset-0 after:rounded-xl">
              {title}
            </Link>
            <p className="text-sm text-muted">{words}</p>
          </div>
        </li>
      ))}
    </ul>
  )
}
