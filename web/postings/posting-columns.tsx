import { Link } from '@tanstack/react-router'

import type { PostingView } from '../../src/protocol/posting.ts'
import { Ago } from '../parts/ago.tsx'
import { Badge } from '../parts/badge.tsx'
import { Highlighted } from '../parts/highlighted.tsx'
import type { TableColumn } from '../parts/virtual-table.tsx'
import {
  companyWords,
  day,
  facetWords,
  placeWords,
  salaryWords,
  typeWords,
} from './posting-words.ts'
import { postingText } from './postings-view.ts'

const text = (words: string | null) => <span className="text-sm wrap-anywhere">{words}</span>

export const postingColumns: readonly TableColumn<PostingView>[] = [
  {
    id: 'title',
    header: 'Title',
    width: 'minmax(12rem, 3fr)',
    cell: (posting) => <Title posting={posting} />,
  },
  {
    id: 'company',
    header: 'Company',
    width: 'minmax(7rem, 1.2fr)',
    cell: (posting) => text(companyWords(posting)),
  },
  {
    id: 'place',
    header: 'Place',
    width: 'minmax(7rem, 1.4fr)',
    cell: (posting) => text(placeWords(posting)),
  },
  {
    id: 'department',
    header: 'Department',
    width: 'minmax(6rem, 1fr)',
    cell: ({ department }) => text(department),
  },
  { id: 'type', header: 'Type', width: '7rem', cell: (posting) => text(typeWords(posting)) },
  {
    id: 'salary',
    header: 'Salary',
    width: 'minmax(8rem, 1fr)',
    cell: ({ salary }) => text(salaryWords(salary)),
  },
  {
    id: 'posted',
    header: 'Posted',
    width: '7.5rem',
    cell: ({ posted_at }) => text(posted_at === null ? '' : day(posted_at)),
  },
  {
    id: 'seen',
    header: 'First seen',
    width: '7.5rem',
    cell: ({ first_seen_at }) => (
      <span className="text-sm">
        <Ago time={first_seen_at} />
      </span>
    ),
  },
]

function Title({ posting }: { posting: PostingView }) {
  const { title, status, highlights } = posting
  return (
    <div className="min-w-0 space-y-0.5">
      <p className="flex flex-wrap items-baseline gap-x-2">
        <Link
          to="."
          search={(now: Readonly<Record<string, string | undefined>>) => ({
            ...now,
            posting: postingText(posting),
          })}
          resetScroll={false}
          className="line-clamp-2 font-semibold text-accent wrap-anywhere hover:underline"
        >
          <Highlighted text={title} ranges={highlights?.title ?? []} />
        </Link>
        {status !== 'open' && (
          <Badge tone={status === 'closed' ? 'skipped' : 'aborted'}>
            {facetWords('status', status)}
          </Badge>
        )}
      </p>
      {highlights?.description && (
        <p className="line-clamp-2 text-sm text-muted wrap-anywhere">
          <Highlighted {...highlights.description} />
        </p>
      )}
    </div>
  )
}
