import { useEffect, useState } from 'react'

const WAIT_MS = 250

type SearchFieldProps = {
  label: string
  value: string
  onChange: (value: string) => void
  className?: string
}

/** A field that filters a list a moment after a person typed. */
export function SearchField({ label, value, onChange, className = '' }: SearchFieldProps) {
  const [typed, setTyped] = useState(value)
  const [shown, setShown] = useState(value)
  // The address changed by itself: a step back, or all filters were cleared.
  if (shown !== value) {
    setShown(value)
    setTyped(value)
  }
  useEffect(() => {
    if (typed === value) return undefined
    const timer = setTimeout(() => onChange(typed), WAIT_MS)
    return () => clearTimeout(timer)
  }, [typed, value, onChange])
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={label}
      value={typed}
      maxLength={200}
      onChange={(event) => setTyped(event.target.value)}
      className={`field min-w-0 flex-1 basis-44 ${className}`}
    />
  )
}
