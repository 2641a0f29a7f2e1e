import { useSyncExternalStore } from 'react'

import { RunId } from '../src/protocol/ids.ts'
import { MatterId } from '../src/protocol/matter.ts'

export type Route =
  | { readonly name: 'start' }
  | { readonly name: 'run'; readonly run_id: RunId }
  | { readonly name: 'matter'; readonly matter: MatterAddress }
  | { readonly name: 'read'; readonly document_id: string }
  | { readonly name: 'unknown' }

/** An address names a matter by its id. Links of earlier versions, and those to a new matter, have its name. */
export type MatterAddress = { readonly matter_id: MatterId } | { readonly matter: string }

const moved = new EventTarget()

/** The screen that the address names. */
export function useRoute(): Route {
  return readRoute(useSyncExternalStore(subscribe, () => location.href))
}

export function matterPath(matter_id: MatterId): string {
  return `/matters/${matter_id}`
}

/**
 * Puts a matter's name into the query of its address. A browser removes ".", ".." and "a/.." from a path,
 * even percent-encoded, and a matter may have any name.
 */
export function matterNamePath(matter: string): string {
  return `/matters?${new URLSearchParams({ name: matter })}`
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

function readRoute(address: string): Route {
  const { pathname, searchParams } = new URL(address)
  const [, place = '', name = '', more] = pathname.replace(/\/$/, '').split('/')
  if (more !== undefined) return { name: 'unknown' }
  switch (place) {
    case '':
      return { name: 'start' }
    case 'runs':
      return readRun(name)
    case 'matters':
      return readMatter(searchParams.get('name'), name)
    case 'read':
      return name === '' ? { name: 'unknown' } : { name: 'read', document_id: name }
    default:
      return { name: 'unknown' }
  }
}

function readRun(name: string): Route {
  const run_id = RunId.safeParse(name)
  return run_id.success ? { name: 'run', run_id: run_id.data } : { name: 'unknown' }
}

function readMatter(named: string | null, path: string): Route {
  const matter_id = MatterId.safeParse(path)
  if (named === null && matter_id.success)
    return { name: 'matter', matter: { matter_id: matter_id.data } }
  const matter = named ?? earlierMatter(path)
  return matter === '' ? { name: 'unknown' } : { name: 'matter', matter: { matter } }
}

/** Reads the name from the path, where the links of an earlier version have it. */
function earlierMatter(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return ''
  }
}
