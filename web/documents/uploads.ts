import { useEffect, useRef, useState } from 'react'

import type { Uploaded } from '../../src/protocol/document.ts'
import type { NamedIn } from './matter.ts'
import { type UploadResult, uploadFiles } from './upload.ts'

type FailedUpload = Extract<UploadResult, { readonly kind: 'failed' }>

/** The uploads to a matter: what still runs, and the results. */
type Uploads = {
  /** The number of files that are not uploaded yet. */
  readonly waiting: number
  /** The names of files that the matter already had. */
  readonly known: readonly string[]
  readonly failed: readonly FailedUpload[]
}

const none: Uploads = { waiting: 0, known: [], failed: [] }

/** Uploads files. Files that are given during an upload wait for its end. */
export function useUploads(
  named: NamedIn,
  onBrought: () => void,
): [Uploads, (files: readonly File[]) => void] {
  const [uploads, setUploads] = useState(none)
  const before = useRef(Promise.resolve())
  useLeaveWarning(uploads.waiting > 0)
  const bring = async (earlier: Promise<void>, files: readonly File[]) => {
    await earlier
    for await (const brought of uploadFiles(named, files)) {
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

/** Adds files. Clears the earlier results if no earlier file still waits. */
function begin(now: Uploads, files: number): Uploads {
  return now.waiting === 0 ? { ...none, waiting: files } : { ...now, waiting: now.waiting + files }
}

function after(now: Uploads, brought: UploadResult): Uploads {
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

/** Lets the browser ask before it leaves the page during an upload. */
function useLeaveWarning(isNeeded: boolean): void {
  useEffect(() => {
    if (!isNeeded) return undefined
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', warn)
    return () => removeEventListener('beforeunload', warn)
  }, [isNeeded])
}
