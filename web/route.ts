import { useSyncExternalStore } from 'react'

import { RunId } from '../src/protocol/ids.ts'

type Route =
  | { readonly name: 'start' }
  | { readonly name: 'run'; readonly run_id: RunId }
  | { readonly name: 'matter'; readonly matter: string }
  | { readonly name: 'read'; readonly document_id: string }
  | { readonly name: 'unknown' }

const moved = new EventTarget()

/** The screen that the address names. */
export function useRoute(): Route {
  return readRoute(useSyncExternalStore(subscribe, () => location.pathname))
}

export function go(path: string): void {
  history.pushState(null, '', path)
  scrollTo(0, 0)
  moved.dispatchEvent(new Event('move'))
}

function subscribe(listener: () => void): () => void {
  addEventListener('popstate', listener)
  moved.addEventListener('move', listener)
  return () => {
    removeEventListener('popstate', listener)
    moved.removeEventListener('move', listener)
  }
}

function readRoute(path: string): Route {
  if (path === '/') return { name: 'start' }
  const [, place, name = '', more] = path.replace(/\/$/, '').split('/')
  if (name === '' || more !== undefined) return { name: 'unknown' }
  switch (place) {
    case 'runs':
      return readRun(name)
    case 'matters':
      return readMatter(name)
    case 'read':
      return { name: 'read', document_id: name }
    default:
      return { name: 'unknown' }
  }
}

function readRun(name: string): Route {
  const run_id = RunId.safeParse(name)
  return run_id.success ? { name: 'run', run_id: run_id.data } : { name: 'unknown' }
}

function readMatter(name: string): Route {
  try {
    return { name: 'matter', matter: decodeURIComponent(name) }
  } catch {
    return { name: 'unknown' }
  }
}
