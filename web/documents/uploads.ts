import { useEffect, useRef, useState } from 'react'

import type { Uploaded } from '../../src/protocol/document.ts'
import { type Brought, uploadFiles } from './upload.ts'

type Failed = Extract<Brought, { readonly kind: 'failed' }>

/** What is on its way to a matter, and what there is to say of what was brought. */
type Uploads = {
  /** Files that are still to be brought. */
  readonly waiting: number
  /** Names of files that the matter had already. */
  readonly known: readonly string[]
  readonly failed: readonly Failed[]
}

const none: Uploads = { waiting: 0, known: [], failed: [] }

/** Files may be given while others are on their way: they come after those. */
export function useUploads(
  matter: string,
  onBrought: () => void,
): [Uploads, (files: readonly File[]) => void] {
  const [uploads, setUploads] = useState(none)
  const before = useRef(Promise.resolve())
  useLeaveWarning(uploads.waiting > 0)
  const bring = async (earlier: Promise<void>, files: readonly File[]) => {
    await earlier
    for await (const brought of uploadFiles(matter, files)) {
      setUploads((now) => after(now, brought))
      if (brought.kind === 'brought') onBrought()
    }
  }
  const send = (files: readonly File[]) => {
    setUploads((now) => begin(now, files.length))
    before.current = bring(before.current, files)
  }
  return [uploads, send]
}

/** What was said of earlier files goes when nothing of them is left to do. */
function begin(now: Uploads, files: number): Uploads {
  return now.waiting === 0 ? { ...none, waiting: files } : { ...now, waiting: now.waiting + files }
}

function after(now: Uploads, brought: Brought): Uploads {
  switch (brought.kind) {
    case 'brought': {
      const { documents } = brought.uploaded
      const known = [...now.known, ...knownIn(brought.uploaded)]
      return { ...now, known, waiting: now.waiting - documents.length }
    }
    case 'failed':
      return {
        ...now,
        failed: [...now.failed, brought],
        waiting: now.waiting - brought.names.length,
      }
  }
}

function knownIn({ documents }: Uploaded): string[] {
  return documents.flatMap(({ name, known }) => (known ? [name] : []))
}

/** The browser asks before it leaves with files that are not brought yet. */
function useLeaveWarning(isNeeded: boolean): void {
  useEffect(() => {
    if (!isNeeded) return undefined
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', warn)
    return () => removeEventListener('beforeunload', warn)
  }, [isNeeded])
}
