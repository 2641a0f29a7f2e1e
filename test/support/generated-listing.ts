import type { FetchPort } from '../../src/pipelines/fetch.ts'

export type Generated = {
  readonly start: string
  readonly item: (index: number) => string
  readonly end: string
}

const text = 'We build software for people, and people work with it. '

/** A board of Greenhouse whose jobs have as many bytes of content. */
export function greenhouseBoard(count: number, bytes: number): Generated {
  const content = text.repeat(Math.ceil(bytes / text.length))
  return {
    start: '{"jobs":[',
    item: (index) => {
      const job = { id: index, title: `Job ${index}`, content: `<p>${index} ${content}</p>` }
      return `${index === 0 ? '' : ','}${JSON.stringify(job)}`
    },
    end: `],"meta":{"total":${count}}}`,
  }
}

/** Google's feed. */
export function googleFeed(bytes: number): Generated {
  const description = text.repeat(Math.ceil(bytes / text.length))
  return {
    start: '<?xml version="1.0"?><jobs>',
    item: (index) =>
      `<job><jobid>${index}</jobid><title>Job ${index}</title><description>${description}</description></job>`,
    end: '</jobs>',
  }
}

/** Answers with a listing that is made while it is read. `made` counts its bytes so far. */
export function generated(count: number, { start, item, end }: Generated, path?: string) {
  const told = { made: 0, stopped: false }
  const encoder = new TextEncoder()
  const fetch: FetchPort = async (url, { take }) => {
    const answer = { status: 200, url: path ?? url, headers: new Headers() }
    const give = async (piece: string): Promise<boolean> => {
      const bytes = encoder.encode(piece)
      told.made += bytes.length
      return (await take?.(bytes, answer)) ?? true
    }
    let goesOn = await give(start)
    for (let index = 0; goesOn && index < count; index += 1) goesOn = await give(item(index))
    if (goesOn) goesOn = await give(end)
    told.stopped = !goesOn
    return { ...answer, body: new Uint8Array() }
  }
  return { told, fetch }
}
