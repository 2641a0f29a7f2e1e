/** The events that a watcher asks for beside the run's state (EV-5, EV-7). */
type Extras = { readonly detail?: boolean; readonly log?: boolean }

/** The address of a run's stream, polls or socket. With a cursor the answer begins after the cursor. */
export type RunRoute = (
  name: 'stream' | 'events' | 'socket',
  cursor?: string,
  query?: Readonly<Record<string, string>>,
) => string

export function runRoute(origin: string, run_id: string, { detail, log }: Extras): RunRoute {
  const extras = [detail && 'detail', log && 'log'].filter(Boolean).join(',')
  return (name, cursor, query) => {
    const common = { lean: '1', ...(extras && { with: extras }), ...(cursor && { cursor }) }
    const search = new URLSearchParams({ ...common, ...query }).toString()
    return new URL(`${runPath(run_id, name)}?${search}`, origin).href
  }
}

export function runPath(run_id: string, name: string): string {
  return `/api/runs/${encodeURIComponent(run_id)}/${name}`
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` }
}
