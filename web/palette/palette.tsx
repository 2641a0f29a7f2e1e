import { QueryClientProvider, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Command } from 'cmdk'
import { useDeferredValue, useState } from 'react'

import { queryClient } from '../wire/query-client.ts'
import { type FoundThing, findAnything } from './find-anything.ts'
import { PLACES } from './palette-places.ts'

type PaletteProps = { onChosen: () => void }

/** Finds pages, runs, companies, matters and postings by their names. */
export default function Palette(props: PaletteProps) {
  return (
    <QueryClientProvider client={queryClient}>
      <Finder {...props} />
    </QueryClientProvider>
  )
}

function Finder({ onChosen }: PaletteProps) {
  const [text, setText] = useState('')
  const q = useDeferredValue(text.trim())
  const navigate = useNavigate()
  const { data, isFetching, error } = useQuery({
    queryKey: ['palette', q],
    queryFn: () => findAnything(q),
    enabled: q.length > 1,
    placeholderData: (before) => before,
  })
  const go = (to: string) => {
    onChosen()
    void navigate({ to })
  }
  return (
    // The API filters what it finds, so only the places are filtered here.
    <Command label="Find anything" shouldFilter={false} loop>
      <Command.Input
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the person opened the dialog to type
        autoFocus
        value={text}
        onValueChange={setText}
        placeholder="Page, run, company, matter or posting"
        className="field w-full"
      />
      <Command.List className="mt-3 max-h-[50dvh] overflow-y-auto">
        <Places text={text} onChosen={go} />
        {q.length > 1 && data && <Results found={data} onChosen={go} />}
      </Command.List>
      <output className="block px-2.5 py-2 text-sm text-muted empty:sr-only">
        {isFetching && 'Looking…'}
        {!isFetching && q.length > 1 && data?.length === 0 && 'Nothing has this name.'}
        {error && 'The API could not be asked.'}
      </output>
    </Command>
  )
}

function Places({ text, onChosen }: { text: string; onChosen: (to: string) => void }) {
  const wanted = text.trim().toLocaleLowerCase()
  const places = PLACES.filter(({ label }) => label.toLocaleLowerCase().includes(wanted))
  if (places.length === 0) return null
  return (
    <Command.Group heading="Go to">
      {places.map(({ to, label }) => (
        <Command.Item key={to} value={to} className="palette-item" onSelect={() => onChosen(to)}>
          {label}
        </Command.Item>
      ))}
    </Command.Group>
  )
}

function Results({
  found,
  onChosen,
}: {
  found: readonly FoundThing[]
  onChosen: (to: string) => void
}) {
  const kinds = Map.groupBy(found, ({ kind }) => kind)
  return [...kinds].map(([kind, those]) => (
    <Command.Group key={kind} heading={kind}>
      {those.map(({ to, label }) => (
        <Command.Item key={to} value={to} className="palette-item" onSelect={() => onChosen(to)}>
          <span className="line-clamp-1 wrap-anywhere">{label}</span>
        </Command.Item>
      ))}
    </Command.Group>
  ))
}
