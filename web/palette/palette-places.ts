/** The pages and actions that the palette always offers. */
export const PLACES = [
  { to: '/', label: 'Overview' },
  { to: '/runs', label: 'Runs' },
  { to: '/runs/new', label: 'Start a run' },
  { to: '/companies', label: 'Companies' },
  { to: '/companies/new', label: 'Add companies' },
  { to: '/postings', label: 'Postings' },
  { to: '/matters', label: 'Matters' },
  { to: '/schedules', label: 'Schedules' },
  { to: '/schedules/new', label: 'Make a schedule' },
  { to: '/settings', label: 'Settings' },
] as const
