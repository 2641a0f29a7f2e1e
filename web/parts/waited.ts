import { useEffect, useState } from 'react'

/** Whether a part has waited so long that it shows what it has, although what stands above it is not known yet. */
export function useWaited(): boolean {
  const [waited, setWaited] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setWaited(true), WAIT_MS)
    return () => clearTimeout(timer)
  }, [])
  return waited
}

const WAIT_MS = 700
