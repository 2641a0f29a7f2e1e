import { useCallback, useEffect, useRef, useState } from 'react'

export type Loaded<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'done'; readonly value: T }
  | { readonly state: 'failed'; readonly error: unknown }

/** Loads a value by `load`, a stable function, and returns a function that loads again. The latest call counts. */
export function useLoaded<T>(load: () => Promise<T>): [Loaded<T>, () => void] {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: 'loading' })
  const latest = useRef(0)
  const start = useCallback(() => {
    latest.current += 1
    const mine = latest.current
    const show = (next: Loaded<T>) => {
      if (mine === latest.current) setLoaded(next)
    }
    load().then(
      (value) => show({ state: 'done', value }),
      (error: unknown) => show({ state: 'failed', error }),
    )
  }, [load])
  useEffect(() => {
    start()
    return () => {
      latest.current += 1
    }
  }, [start])
  return [loaded, start]
}
