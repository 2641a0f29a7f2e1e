import { toLabel } from '../label.ts'

const JOB_WORDS = new Set(
  `job jobs career careers position positions vacancy vacancies opening openings stelle stellen
  emploi emplois posting postings stellenangebot stellenangebote stellenanzeige stellenanzeigen stellenausschreibung
  stellenausschreibungen stellenmarkt jobangebot jobangebote jobboerse jobportal karriere vacature vacatures offre offres
  poste postes recrutement carriere carrieres empleo empleos vacante vacantes lavoro posizioni vaga vagas emprego empregos
  carreiras stilling stillinger jobb tyopaikka tyopaikat praca kariera allas allasok kariyer`.split(
    /\s+/,
  ),
)

/** The last part of the address of a form, a search or a list, and not of a posting. */
const NO_POSTING = new Set(
  `apply application applications bewerben bewerbung postuler candidature candidatures solliciteren login register signup
  search alerts saved feed rss faq`.split(/\s+/),
)
/** What comes before the name of a group of postings. */
const GROUPS = new Set('category categories tag tags kategorie kategorien'.split(' '))

/** The parameters that name one posting. */
const ID_NAME =
  /^(?:id|j(?:ob)?(?:[-_]?id)|jobnr|gh_jid|job|(?:vacancy|position|posting|opening|req|requisition|offer|stellen?)[-_]?(?:id|nr))$/i

/** Whether an address looks like a posting's: its path goes on after a word for jobs, or a parameter has its id. */
export function looksLikePosting({ pathname, searchParams }: URL): boolean {
  const segments = segmentsOf(pathname)
  const last = segments.at(-1)
  if (last === undefined) return false
  const before = segments.slice(0, -1)
  // `/jobs/1234/baker/job` is one posting's too.
  if (namesOne(last, searchParams)) return true
  if (isJobWord(last)) return before.length > 2 && /^\d{3,}$/.test(before.at(-2) ?? '')
  const isOther =
    NO_POSTING.has(last.toLowerCase()) || GROUPS.has(before.at(-1)?.toLowerCase() ?? '')
  return !isOther && before.some(namesJobs)
}

/** Whether a page for jobs is asked for one of them. A list of jobs may have an id as well. */
function namesOne(page: string, parameters: URLSearchParams): boolean {
  const name = page.replace(/\.\w{2,5}$/, '')
  const isList = /(?:s|stellen)$/i.test(name)
  const ids = [...parameters].filter(([key, value]) => ID_NAME.test(key) && /\d/.test(value))
  return namesJobs(name) && ids.some(([key]) => !isList || key.toLowerCase() !== 'id')
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
