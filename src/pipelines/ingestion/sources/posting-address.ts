import { toLabel } from '../label.ts'

const JOB_WORDS = new Set(
  `job jobs career careers position positions vacancy vacancies opening openings stelle stellen
  emploi emplois posting postings`.split(/\s+/),
)

/** Whether an address looks like a posting's: its path goes on after a word for jobs. */
export function looksLikePosting({ pathname }: URL): boolean {
  const segments = segmentsOf(pathname)
  const last = segments.at(-1)
  if (last === undefined) return false
  const before = segments.slice(0, -1)
  // `/jobs/1234/baker/job` is one posting's too.
  if (isJobWord(last)) return before.length > 2 && /^\d{3,}$/.test(before.at(-2) ?? '')
  return before.some(namesJobs)
}

/** Whether an address looks like a listing's: its path ends with a word for jobs. */
export function looksLikeListing({ pathname }: URL): boolean {
  return namesJobs(segmentsOf(pathname).at(-1) ?? '')
}

export function segmentsOf(pathname: string): string[] {
  return pathname.split('/').filter((segment) => segment !== '')
}

function isJobWord(segment: string): boolean {
  return JOB_WORDS.has(segment.toLowerCase())
}

/** Whether a segment names jobs, such as "jobs" or "open-positions". Three words or more are the title of a text. */
function namesJobs(segment: string): boolean {
  const words = segment.split(/[-_]/)
  return words.length <= 2 && words.some(isJobWord)
}

/** Makes a provisional title from an address, such as "senior data engineer 123". The page brings the real title. */
export function titleFromAddress(address: string): string {
  const url = URL.parse(address)
  const last = segmentsOf(url?.pathname ?? '').at(-1) ?? ''
  const words = decode(last.replace(/\.(?:html?|php|aspx?)$/i, '')).replaceAll(/[-_+\s]+/g, ' ')
  const title = toLabel(words)
  return title === '' ? toLabel(address) : title
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
