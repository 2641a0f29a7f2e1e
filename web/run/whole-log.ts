import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

import type { RunId } from '../../src/protocol/ids.ts'
import { type LogLine, LogPage } from '../../src/protocol/log.ts'
import { request } from '../wire/request.ts'
import { useFollowed } from './followed.ts'

const PAGE = 1_000

/** All lines of a run's log: those that the API has, and those that the stream brought since. */
export function useWholeLog(run_id: RunId) {
  const live = useFollowed(run_id, (state) => state.log)
  const loaded = useQuery({
    queryKey: ['run', run_id, 'log'],
    queryFn: () => readAll(run_id),
    staleTime: 60_000,
  })
  const { data } = loaded
  const lines = useMemo(() => {
    const all = new Map([...(data ?? []), ...live.lines].map((line) => [line.seq, line]))
    return [...all.values()].toSorted((one, other) => one.seq - other.seq)
  }, [data, live])
  return { loaded, lines }
}

async function readAll(run_id: RunId): Promise<readonly LogLine[]> {
  const lines: LogLine[] = []
  let after: number | null = 0
  do {
    const path = `/api/runs/${run_id}/logs?after=${after}&limit=${PAGE}`
    const page: LogPage = await request(path, LogPage)
    lines.push(...page.lines)
    after = page.lines.length === 0 ? null : page.next_after
  } while (after !== null)
  return lines
}
