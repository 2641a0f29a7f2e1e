import type { Paces } from '../egress/host-admission.ts'
import type { FetchOptions } from '../pipelines/fetch.ts'
import { platformOf } from '../pipelines/ingestion/sources/pace-of.ts'
import type { Settings } from '../settings.ts'

type PaceSettings = Pick<
  Settings,
  'host_interval_ms' | 'host_at_once' | 'api_interval_ms' | 'edge_interval_ms' | 'edge_at_once'
>

/** The paces of requests: of a page, of a documented API, and of a platform that has a host for each board. */
export function pacesBy(settings: PaceSettings) {
  const { host_interval_ms, api_interval_ms, host_at_once: at_once } = settings
  const shared = { interval_ms: settings.edge_interval_ms, at_once: settings.edge_at_once }
  return ({ hostname }: URL, kind: FetchOptions['kind']): Paces => {
    const platform = platformOf(hostname)
    const usual = kind === 'api' ? api_interval_ms : host_interval_ms
    const host = { interval_ms: platform?.interval_ms ?? usual, at_once }
    if (platform === undefined) return { host }
    return { host, edge: { origin: `https://*.${platform.domain}`, pace: shared } }
  }
}
