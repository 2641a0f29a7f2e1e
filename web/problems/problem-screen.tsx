import { getRouteApi, Link } from '@tanstack/react-router'

import { type ProblemCode, problems } from '../../src/protocol/problems.ts'
import { Screen } from '../parts/screen.tsx'
import { problemPages } from './problem-words.ts'

const route = getRouteApi('/framed/problems/$code')

/** What a problem of the API means, and what to do: the page to which the `type` of a problem leads. Needs no token. */
export function ProblemScreen() {
  const { code } = route.useParams()
  return isCode(code) ? <Known code={code} /> : <AllProblems />
}

function Known({ code }: { code: ProblemCode }) {
  const { status, title } = problems[code]
  const { means, mend } = problemPages[code]
  return (
    <Screen title={title}>
      <p className="text-muted wrap-anywhere">
        HTTP {status}, <code>/problems/{code}</code>
      </p>
      <dl className="panel space-y-4 p-5">
        <div>
          <dt className="font-semibold">What it means</dt>
          <dd>{means}</dd>
        </div>
        <div>
          <dt className="font-semibold">What to do</dt>
          <dd>{mend}</dd>
        </div>
      </dl>
      <p className="flex flex-wrap gap-x-6 gap-y-2">
        <Link to="/problems/$code" params={{ code: 'all' }} className="text-accent underline">
          All problems of the API
        </Link>
        <a href="/api/docs" className="text-accent underline">
          The API, with all its routes
        </a>
      </p>
    </Screen>
  )
}

function AllProblems() {
  return (
    <Screen title="Problems of the API">
      <p>
        An answer that is no success has the media type application/problem+json. Its “type” leads
        to one of these pages, “detail” says what happened in this case, and “request_id” names the
        request in the service’s log.
      </p>
      <ul className="panel divide-y divide-line">
        {Object.keys(problems)
          .filter(isCode)
          .map((code) => (
            <li key={code} className="flex flex-wrap gap-x-3 px-5 py-2">
              <Link to="/problems/$code" params={{ code }} className="text-accent underline">
                {code}
              </Link>
              <span className="text-muted">
                {problems[code].status}: {problems[code].title}
              </span>
            </li>
          ))}
      </ul>
    </Screen>
  )
}

function isCode(text: string): text is ProblemCode {
  return Object.hasOwn(problems, text)
}
