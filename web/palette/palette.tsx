import { QueryClientProvider, useQuery } from '@tanstack/react-query'
import { type NavigateOptions, useNavigate } from '@tanstack/react-router'
import { Command } from 'cmdk'
import { useEffect, useState } from 'react'

import { useNounsOf } from '../parts/nouns.ts'
import { queryClient } from '../wire/query-client.ts'
import { type FoundKind, findAnything } from './find-anything.ts'
import { PLACES } from './palette-places.ts'

type PaletteProps = {
  /** What the person typed before the palette was there. */
  first: string
  onChosen: () => void
}

/** Finds pages, runs, companies, matters and postings by their names. */
export default function Palette(props: PaletteProps) {
  return (
    <QueryClientProvider client={queryClient}>
      <Finder {...props} />
    </QueryClientProvider>
  )
}

function Finder({ first, onChosen }: PaletteProps) {
  const [text, setText] = useState(first)
  const q = useTyped(text.trim())
  const navigate = useNavigate()
  const nounsOf = useNounsOf()
  const { data, isFetching, error } = useQuery({
    queryKey: ['palette', 'found', q],
    queryFn: ({ signal }) => findAnything({ q, nounsOf, signal }),
    enabled: q.length > 1,
    placeholderData: (before) => before,
  })
  const go = (link: NavigateOptions) => {
    onChosen()
    void navigate(link)
  }
  const found = q.length > 1 && data ? data : []
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
        <Results found={found} onChosen={go} />
      </Command.List>
      <output className="block px-2.5 py-2 text-sm text-muted empty:sr-only">
        {isFetching && 'Looking…'}
        {!isFetching && error === null && wordsOf(found)}
        {error && 'The API could not be asked.'}
      </output>
    </Command>
  )
}

const WAIT_MS = 150

/** The text a moment after the person typed: not each letter is a request. */
function useTyped(text: string): string {
  const [typed, setTyped] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setTyped(text), WAIT_MS)
    return () => clearTimeout(timer)
  }, [text])
  return typed
}

/** Says which lists could not be searched, or that nothing was found. */
function wordsOf(found: readonly FoundKind[]): string {
  const failed = found.flatMap((kind) => (kind.failed ? [kind.heading.toLowerCase()] : []))
  if (failed.length > 0)
    return `Not searched, because the API did not answer: ${failed.join(', ')}.`
  const isEmpty = found.length > 0 && found.every(({ things }) => things.length === 0)
  return isEmpty ? 'Nothing has this name.' : ''
}

type PlacesProps = { text: string; onChosen: (link: NavigateOptions) => void }

function Places({ text, onChosen }: PlacesProps) {
  const wanted = text.trim().toLocaleLowerCase()
  const places = PLACES.filter(({ label }) => label.toLocaleLowerCase().includes(wanted))
  if (places.length === 0) return null
  return (
    <Command.Group heading="Go to">
      {places.map(({ to, label }) => (
        <Command.Item
          key={to}
          value={to}
          className="palette-item"
          onSelect={() => onChosen({ to })}
        >
          {label}
        </Command.Item>
      ))}
    </Command.Group>
  )
}

type ResultsProps = { found: readonly FoundKind[]; onChosen: (link: NavigateOptions) => void }

function Results({ found, onChosen }: ResultsProps) {
  return found
    .filter(({ things }) => things.length > 0)
    .map(({ heading, things }) => (
      <Command.Group key={heading} heading={heading}>
        {things.map(({ id, label, link }) => (
          <Command.Item
            key={id}
            value={`${heading} ${id}`}
            className="palette-item"
            onSelect={() => onChosen(link)}
          >
            <span className="line-clamp-1 wrap-anywhere">{label}</span>
          </Command.Item>
        ))}
      </Command.Group>
    ))
}
