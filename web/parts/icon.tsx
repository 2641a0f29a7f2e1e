const paths = {
  start: 'M3 11.5 12 4l9 7.5M5.5 9.5V20h13V9.5M10 20v-6h4v6',
  runs: 'M4 6h10M4 12h16M4 18h7M17.5 4.5v3M14 16.5l4 2.5-4 2.5z',
  companies: 'M5 20V5h9v15M14 10h5v10M3 20h18M8 9h3M8 13h3M8 17h3',
  postings: 'M4 8h16v11H4zM9 8V5h6v3M4 13h16M12 12v2',
  matters: 'M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6',
  schedules: 'M12 21a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17M12 8v5l3 2M4 3.5 2.5 5M20 3.5 21.5 5',
  settings:
    'M12 15.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4M12 3v2.5M12 18.5V21M3 12h2.5M18.5 12H21M5.6 5.6l1.8 1.8M16.6 16.6l1.8 1.8M18.4 5.6l-1.8 1.8M7.4 16.6l-1.8 1.8',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.5 20.5c.8-4 3.8-6 7.5-6s6.7 2 7.5 6',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M15.5 15.5 20.5 20.5',
  play: 'M8 5.5v13l10.5-6.5z',
  done: 'M5 12.5 10 17.5 19.5 7',
  problems: 'M12 4 2.5 20h19zM12 10v4.5M12 17v.5',
  failed: 'M6 6l12 12M18 6 6 18',
  aborted: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M6 6l12 12',
  waiting: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 7.5V12l3 2',
  outside: 'M14 4h6v6M20 4l-9 9M17 14v6H4V7h6',
  more: 'M6 12h.01M12 12h.01M18 12h.01',
  share: 'M12 15V4M8 7.5 12 4l4 3.5M5 12v8h14v-8',
  close: 'M6 6l12 12M18 6 6 18',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
} as const

export type IconName = keyof typeof paths

/** A sign beside words that say the same, so assistive tools skip it. */
export function Icon({ name, className = 'size-5' }: { name: IconName; className?: string }) {
  return (
    <svg
      aria-hidden
      viewBox="0 0 24 24"
      className={`shrink-0 ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 3 : 1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={paths[name]} />
    </svg>
  )
}
