import { useRef, useState } from 'react'

import { Detection } from '../../src/protocol/detection.ts'
import { parseJson } from '../wire/json.ts'
import { answered, post } from '../wire/request.ts'

type DetectionState =
  | { readonly state: 'idle' | 'done' }
  | { readonly state: 'asking'; readonly of: number }
  | { readonly state: 'failed'; readonly error: unknown }

/** Finds the sources of addresses. Each comes as soon as it is known. */
export function useDetections() {
  const [found, setFound] = useState<readonly Detection[]>([])
  const [state, setState] = useState<DetectionState>({ state: 'idle' })
  const asking = useRef<AbortController>(undefined)
  const ask = async (urls: readonly string[]) => {
    asking.current?.abort()
    const { signal } = (asking.current = new AbortController())
    setFound([])
    if (urls.length === 0) return setState({ state: 'done' })
    setState({ state: 'asking', of: urls.length })
    try {
      for await (const line of linesOf('/api/companies/detect', { urls }, signal)) {
        const { data } = Detection.safeParse(parseJson(line))
        if (data && !signal.aborted) setFound((before) => [...before, data])
      }
      if (!signal.aborted) setState({ state: 'done' })
    } catch (error) {
      if (!signal.aborted) setState({ state: 'failed', error })
    }
  }
  return { found, state, ask }
}

/** Reads an answer line by line while it comes. */
async function* linesOf(path: string, body: unknown, signal: AbortSignal) {
  const answer = await answered(path, { ...post(body), signal })
  if (answer.body === null) return
  let rest = ''
  for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
    const lines = `${rest}${text}`.split('\n')
    rest = lines.pop() ?? ''
    yield* lines.filter(Boolean)
  }
  if (rest !== '') yield rest
}

/** The addresses of a text, one a line, each once. */
export function addressesOf(text: string): readonly string[] {
  return [...new Set(text.split(/\s+/).filter(Boolean))]
}
