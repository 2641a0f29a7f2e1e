import { z } from 'zod'

import type { ListedPosting, SourceListing } from '../listed.ts'
import { baseOf, boardConfig, type BoardSource, linkOn, PATH_NAME, segmentOf } from './board.ts'
import { toPosting } from './facts.ts'
import { listOf, partOf, text, toListing } from './item.ts'
import { readEnvelope, readListing } from './listing.ts'
import { defineSource, type ListingPorts } from './source.ts'

const named = z.object({ name: text })

/**
 * One post of Gem's job board API (https://api.gem.com/job_board/v0/reference). No recorded response is at hand: the
 * reader follows the public reference, and fails in words where the answer is no list.
 */
const Post = z.object({
  id: z.unknown(),
  title: z.unknown(),
  absolute_url: text,
  location: partOf({ name: text }),
  offices: listOf(z.object({ name: text, location: partOf({ name: text }) })),
  location_type: text,
  departments: listOf(named),
  employment_type: text,
  requisition_id: text,
  content: text,
  content_plain: text,
  first_published_at: text,
  updated_at: text,
})

export const gem = defineSource({
  name: 'Gem',
  config: boardConfig('gem', PATH_NAME),
  boardOf: (address) =>
    segmentOf(address, ['jobs.gem.com']) ??
    segmentOf(address, ['api.gem.com'], ['job_board', 'v0']),
  list,
})

const Posts = z.array(z.unknown())

/** Reads the whole board with its content in one request. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { board } = source
  const base = `${baseOf(source, 'https://api.gem.com')}/job_board/v0`
  const url = `${base}/${encodeURIComponent(board)}/job_posts/`
  const posts = readEnvelope(Posts, await readListing({ board, url }, ports), { board })
  return toListing(board, posts, toListed)
}

function toListed(item: unknown): ListedPosting | undefined {
  const post = Post.safeParse(item).data
  if (!post) return undefined
  return toPosting({
    id: post.id,
    title: post.title,
    url: linkOn('gem.com', post.absolute_url),
    places: placesOf(post),
    workplace: [post.location_type],
    department: (post.departments ?? []).map((entry) => entry?.name ?? '').join(', '),
    requisition_id: post.requisition_id,
    employment: [post.employment_type],
    sections: [{ text: post.content ?? post.content_plain }],
    posted_at: post.first_published_at,
    updated_at: post.updated_at,
  })
}

/** The board's offices are the places of a post that names none itself. */
function placesOf({ location, offices }: z.infer<typeof Post>) {
  if (location.name) return [{ text: location.name }]
  return (offices ?? []).map((office) => office && { text: office.location.name ?? office.name })
}
