import { getRouteApi } from '@tanstack/react-router'

import { Failure, Skeleton } from '../parts/list-states.tsx'
import { Screen } from '../parts/screen.tsx'
import { PostingDetails } from './posting-details.tsx'
import { useStoredPosting } from './stored-posting.ts'

const route = getRouteApi('/framed/pages/postings/$company/$external_id')

/** One posting as a page, for a link. */
export function PostingScreen() {
  const { company, external_id } = route.useParams()
  const { loaded, found } = useStoredPosting({ company, external_id })
  const missing = loaded.isSuccess && found === undefined
  return (
    <Screen
      title={missing ? 'No such posting' : (found?.title ?? 'Posting')}
      trail={[{ label: 'Postings', link: { to: '/postings' } }]}
    >
      <Failure what="The posting" loaded={loaded} />
      {loaded.isPending && <Skeleton rows={4} />}
      {missing && <p>This posting is not stored, or it is not yours.</p>}
      {found && (
        <div className="panel max-w-4xl p-5">
          <h2 className="sr-only">What is stored</h2>
          <PostingDetails posting={found} />
        </div>
      )}
    </Screen>
  )
}
