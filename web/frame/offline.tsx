import { useSyncExternalStore } from 'react'

/** Says that the browser has no network. What the page shows may be old then. */
export function Offline() {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine)
  return (
    <output className={online ? 'sr-only' : 'block bg-skipped-soft px-6 py-2 text-skipped-ink'}>
      {!online &&
        'You are offline. What you see may be old; the page goes on when the network is back.'}
    </output>
  )
}

function subscribe(tell: () => void): () => void {
  addEventListener('online', tell)
  addEventListener('offline', tell)
  return () => {
    removeEventListener('online', tell)
    removeEventListener('offline', tell)
  }
}
