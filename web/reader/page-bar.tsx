import type { KeyboardEvent } from 'react'

/** The page that the reader shows, and how. */
export type Shown = { readonly page: number; readonly zoom: number }

const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4]

/** The next greater zoom (1) or the next smaller one (-1). */
function zoomBy(zoom: number, step: 1 | -1): number {
  const next = step === 1 ? ZOOMS.find((one) => one > zoom) : ZOOMS.findLast((one) => one < zoom)
  return next ?? zoom
}

/** Reads a key of the reader. Undefined: the key means nothing here. */
export function afterKey({ page, zoom }: Shown, key: string, pages: number): Shown | undefined {
  switch (key) {
    case 'ArrowLeft':
    case 'PageUp':
      return { page: Math.max(1, page - 1), zoom }
    case 'ArrowRight':
    case 'PageDown':
      return { page: Math.min(pages, page + 1), zoom }
    case 'Home':
      return { page: 1, zoom }
    case 'End':
      return { page: pages, zoom }
    case '+':
    case '=':
      return { page, zoom: zoomBy(zoom, 1) }
    case '-':
      return { page, zoom: zoomBy(zoom, -1) }
    default:
      return undefined
  }
}

type PageBarProps = { shown: Shown; pages: number; onChange: (shown: Shown) => void }

/** Turns the pages of a document, and makes them larger or smaller. */
export function PageBar({ shown, pages, onChange }: PageBarProps) {
  const { page, zoom } = shown
  const turn = (to: number) => onChange({ page: to, zoom })
  const typed = (event: KeyboardEvent<HTMLInputElement>) => {
    event.stopPropagation()
    const wanted = Number(event.currentTarget.value)
    if (event.key === 'Enter' && wanted >= 1 && wanted <= pages) turn(Math.floor(wanted))
  }
  return (
    <fieldset className="flex min-w-0 flex-wrap items-center gap-2" aria-label="Turn pages">
      <BarButton name="Previous page" sign="‹" disabled={page === 1} act={() => turn(page - 1)} />
      <label className="flex items-center gap-2 text-sm tabular-nums">
        <span>Page</span>
        <input
          key={page}
          className="field w-16"
          inputMode="numeric"
          aria-label="Number of the page"
          defaultValue={page}
          onKeyDown={typed}
        />
        <span>of {pages}</span>
      </label>
      <BarButton name="Next page" sign="›" disabled={page === pages} act={() => turn(page + 1)} />
      <span className="ml-auto flex items-center gap-2">
        <BarButton
          name="Smaller"
          sign="−"
          disabled={zoom === ZOOMS[0]}
          act={() => onChange({ page, zoom: zoomBy(zoom, -1) })}
        />
        <output className="w-12 text-center text-sm tabular-nums">
          {Math.round(zoom * 100)} %
        </output>
        <BarButton
          name="Larger"
          sign="+"
          disabled={zoom === ZOOMS.at(-1)}
          act={() => onChange({ page, zoom: zoomBy(zoom, 1) })}
        />
      </span>
    </fieldset>
  )
}

type BarButtonProps = { name: string; sign: string; disabled: boolean; act: () => void }

function BarButton({ name, sign, disabled, act }: BarButtonProps) {
  return (
    <button
      type="button"
      className="button button-quiet min-w-10 text-sm"
      aria-label={name}
      title={name}
      disabled={disabled}
      onClick={act}
    >
      {sign}
    </button>
  )
}
