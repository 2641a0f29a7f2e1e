import { ZodError } from 'zod'

import { ApiError } from '../../src/client/client.ts'

/** An error for a person, in the server's words if the server sent a problem. */
export function Trouble(props: { title: string; error: unknown; onRetry?: () => void }) {
  const problem = props.error instanceof ApiError ? props.error.problem : undefined
  // The sentence of a single error is that error.
  const isOne = problem?.errors?.length === 1
  return (
    <div role="alert" className="rounded-lg bg-failed-soft p-4 text-failed-ink">
      <p className="font-semibold wrap-anywhere">{props.title}</p>
      {!isOne && <p className="wrap-anywhere">{sentence(props.error)}</p>}
      {problem?.errors && problem.errors.length > 0 && (
        <ul className="mt-2 list-disc space-y-1 pl-5 wrap-anywhere">
          {problem.errors.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              <code className="font-semibold">{path || 'body'}</code>: {message}
            </li>
          ))}
        </ul>
      )}
      {problem && <p className="mt-2 text-xs wrap-anywhere">Request {problem.request_id}</p>}
      {props.onRetry && (
        <button type="button" className="button button-quiet mt-3" onClick={props.onRetry}>
          Try again
        </button>
      )}
    </div>
  )
}

function sentence(error: unknown): string {
  // fetch throws a TypeError if no server answers. Its message differs from browser to browser.
  if (error instanceof TypeError) return 'The server cannot be reached.'
  // After a deployment an open page may be older than the server.
  if (error instanceof ZodError)
    return 'The server sent an answer that this page does not understand. Load the page anew.'
  return error instanceof Error ? error.message : String(error)
}
