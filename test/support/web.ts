import {
  ForbiddenByRobots,
  type Fetched,
  type FetchOptions,
  type FetchPort,
} from '../../src/pipelines/fetch.ts'

type Answer = {
  readonly status?: number
  /** The address after redirects. By default the requested address. */
  readonly url?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

type Site = string | Uint8Array | Answer | Error | ((init: FetchOptions) => Answer)

/** A web in memory, by address. Any other address gets a 404. An error is thrown as it is. */
export function web(sites: Readonly<Record<string, Site>>): { fetch: FetchPort; asked: string[] } {
  const asked: string[] = []
  const fetch: FetchPort = async (url, init) => {
    asked.push(url)
    const site = sites[url] ?? { status: 404 }
    if (site instanceof Error) throw site
    const answer = typeof site === 'function' ? site(init) : site
    return toFetched(url, isBody(answer) ? { body: answer } : answer)
  }
  return { fetch, asked }
}

function isBody(site: string | Uint8Array | Answer): site is string | Uint8Array {
  return typeof site === 'string' || site instanceof Uint8Array
}

function toFetched(asked: string, { status = 200, url = asked, ...rest }: Answer): Fetched {
  const { body = '', headers = {} } = rest
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  return { status, url, headers: new Headers(headers), body: bytes }
}

export function forbidden(): ForbiddenByRobots {
  return new ForbiddenByRobots({ code: 'robots', message: 'The robots.txt says no.' })
}
