import { z } from 'zod'

import type { ListedPosting, SourceListing } from '../listed.ts'
import { baseOf, boardConfig, type BoardSource, linkOn } from './board.ts'
import { toPosting, workplaceOf } from './facts.ts'
import { readInSlices } from './listing-stream.ts'
import { defineSource, type ListingPorts } from './source.ts'
import { itemsAt, textAt, type XmlItem, XmlItems } from './xml-items.ts'

const PATH = '/about/careers/applications/jobs/feed.xml'

/**
 * Google's XML feed of its jobs. Checked on a part of a recorded feed of 2026; the whole feed has 20 MB, which is
 * read in slices. The board is `all`, or the name of one of the feed's employers.
 */
export const google = defineSource({
  name: 'Google',
  config: boardConfig(
    'google',
    z.string().regex(/^[A-Za-z][A-Za-z .-]{0,99}$/, 'a board is all, or an employer: DeepMind'),
  ),
  boardOf: ({ hostname, pathname }) =>
    hostname === 'careers.google.com' ||
    (hostname === 'www.google.com' && pathname.startsWith('/about/careers/applications'))
      ? 'all'
      : undefined,
  list,
})

/** Reads the whole feed in one request. Its ids are too large for a number, and are read as text. */
async function list(source: BoardSource, ports: ListingPorts): Promise<SourceListing> {
  const { board } = source
  const url = `${baseOf(source, 'https://www.google.com')}${PATH}`
  const parser = new XmlItems({ board, root: 'jobs', item: 'job' })
  return readInSlices({ board, url }, { parser, read: (job) => toListed(job, board) }, ports)
}

function toListed(job: XmlItem, board: string): ListedPosting | 'unlisted' | undefined {
  const employer = textAt(job, 'employer')
  if (board !== 'all' && employer?.toLowerCase() !== board.toLowerCase()) return 'unlisted'
  return toPosting({
    id: textAt(job, 'jobid') ?? undefined,
    title: textAt(job, 'title'),
    url: linkOn('google.com', textAt(job, 'url')),
    places: itemsAt(job, 'locations/location').map((place) => ({
      city: textAt(place, 'city'),
      region: textAt(place, 'state'),
      country: textAt(place, 'country'),
    })),
    workplace: [textAt(job, 'remote'), flagsOf(job)],
    employer,
    language: textAt(job, 'languageCode'),
    employment: [textAt(job, 'jobtype')],
    sections: [{ text: textAt(job, 'description') }],
    posted_at: textAt(job, 'published'),
  })
}

function flagsOf(job: XmlItem): string | null {
  const [remote, hybrid] = ['isRemote', 'isHybrid'].map((name) => textAt(job, name) === 'Yes')
  return workplaceOf({ remote, hybrid })
}
