import { useCallback, useEffect, useRef, useState } from 'react'

import type { DocumentView } from '../../protocol/document.ts'
import type { Reason } from '../../protocol/status.ts'
import { isTerminalJob } from '../../protocol/terminal.ts'
import { asError } from '../as-error.ts'
import { isFinal } from '../is-final.ts'
import { wait } from '../wait.ts'
import { type Room, useRoom } from './room.ts'

/** A document as it was when it was asked for. */
export type FoundDocument = {
  readonly document?: DocumentView
  /** The run to follow it by: none where it had ended. */
  readonly following?: string
  /** Why it could not be asked for. */
  readonly failure?: Reason
}

const none: FoundDocument = {}

/** Asks for a document, and again when it is told to. What was known is shown until then. */
export function useDocument(document_id: string): [FoundDocument, () => void] {
  const { room } = useRoom()
  const [{ of, found }, setFound] = useState({ of: document_id, found: none })
  const asking = useRef<AbortController>(undefined)
  const start = useCallback(() => {
    asking.current?.abort()
    asking.current = new AbortController()
    void ask({ room, document_id, signal: asking.current.signal }, (next) =>
      setFound((now) => ({
        of: document_id,
        found: next(now.of === document_id ? now.found : none),
      })),
    )
  }, [room, document_id])
  useEffect(() => {
    start()
    return () => asking.current?.abort()
  }, [start])
  return [of === document_id ? found : none, start]
}

type Asked = { readonly room: Room; readonly document_id: string; readonly signal: AbortSignal }
type Show = (next: (before: FoundDocument) => FoundDocument) => void

/** Until it is answered: only a refusal is final. */
async function ask({ room, document_id, signal }: Asked, show: Show): Promise<void> {
  const path = `/api/documents/${encodeURIComponent(document_id)}`
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      const document = await room.call<DocumentView>(path, signal)
      const following = isTerminalJob(document.status) ? {} : { following: document.run_id }
      if (!signal.aborted) show(() => ({ document, ...following }))
      return
    } catch (error) {
      if (signal.aborted) return
      const failure = { code: 'not_read', message: asError(error).message }
      show((before) => ({ ...before, failure }))
      if (isFinal(error)) return
      await wait(room.pause(failures), signal)
    }
  }
}
