import { OWNER } from './drive.ts'

type Watched = { fetch(request: Request): Promise<Response> }

/** Reads a stream of the run to its end, or up to this text. Answers how many bytes came. */
export async function readStream(run: Watched, path: string, until?: string): Promise<number> {
  const headers = { 'x-runcast-owner': OWNER }
  const { body } = await run.fetch(new Request(`https://run${path}`, { headers }))
  if (body === null) throw new Error('the run cannot be watched')
  const decoder = new TextDecoder()
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    // An event's id is at the end of its frame.
    if (until !== undefined && decoder.decode(chunk.slice(-100)).includes(until)) break
  }
  return bytes
}
