import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import type { RunId } from '../../src/protocol/ids.ts'
import { RunInput } from '../../src/protocol/run.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { Failure, Skeleton } from '../parts/list-states.tsx'
import { useStartsAgain } from '../parts/nouns.ts'
import { request } from '../wire/request.ts'

/** What the run was started with. */
export default function InputView({ run_id }: { run_id: RunId }) {
  const loaded = useQuery({
    queryKey: ['run', run_id, 'input'],
    queryFn: () => request(`/api/runs/${run_id}/input`, RunInput),
    staleTime: Infinity,
  })
  const { data } = loaded
  const again = useStartsAgain(data?.pipeline ?? '')
  if (loaded.isPending) return <Skeleton rows={4} />
  if (data === undefined) return <Failure what="The input" loaded={loaded} />
  const text = JSON.stringify(data, null, 2)
  return (
    <section aria-labelledby="input" className="panel space-y-3 p-5">
      <div className="flex flex-wrap items-center gap-3">
        <h2 id="input" className="mr-auto text-lg font-bold">
          Input
        </h2>
        {again && (
          <Link
            to="/schedules/new"
            search={{ from: run_id }}
            className="rounded-md border border-line bg-surface px-2 py-0.5 text-sm hover:bg-sunken"
          >
            Make a schedule of it
          </Link>
        )}
        <CopyButton text={text}>Copy as JSON</CopyButton>
        <CopyButton text={curlOf(data)}>Copy as curl</CopyButton>
      </div>
      <pre
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a keyboard user scrolls the text
        tabIndex={0}
        aria-label="Input of the run"
        className="max-h-[32rem] overflow-auto rounded-lg bg-sunken p-3 text-xs"
      >
        {text}
      </pre>
    </section>
  )
}

/** The command that starts such a run. The token comes from the person's own shell. */
function curlOf(input: RunInput): string {
  const body = JSON.stringify(input).replaceAll("'", String.raw`'\''`)
  return [
    `curl -X POST '${location.origin}/api/runs'`,
    `  -H "authorization: Bearer $RUNCAST_TOKEN"`,
    `  -H 'content-type: application/json'`,
    `  --data '${body}'`,
  ].join(' \\\n')
}
