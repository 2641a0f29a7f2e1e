/** How the second posting of a pair was made from the first, and whether both are about the same job. */
const EDITS = {
  reposted: true,
  'other date': true,
  'other city': true,
  'other wording': true,
  'added paragraph': true,
  'other level': false,
  'other department': false,
  'other job, same boilerplate': false,
  'other company': false,
} as const
type Edit = keyof typeof EDITS

type PostingText = { readonly title: string; readonly text: string }
type LabelledPair = {
  readonly edit: Edit
  readonly same: boolean
  readonly one: PostingText
  readonly other: PostingText
}

/** Makes pairs of postings, as many of each edit. The same seed makes the same pairs. */
export function labelledPairs(seed: number, each: number): LabelledPair[] {
  const random = generator(seed)
  return Object.entries(EDITS).flatMap(([name, same]) =>
    Array.from({ length: each }, () => {
      const draft = draftOf(random)
      const edit = nameOf(name)
      return { edit, same, one: write(draft), other: write(edited(draft, edit, random)) }
    }),
  )
}

function nameOf(name: string): Edit {
  const found = EDIT_NAMES.find((one) => one === name)
  if (found === undefined) throw new Error(name)
  return found
}
const EDIT_NAMES = [
  'reposted',
  'other date',
  'other city',
  'other wording',
  'added paragraph',
  'other level',
  'other department',
  'other job, same boilerplate',
  'other company',
] as const

type Random = (below: number) => number

/** The xorshift generator. */
function generator(seed: number): Random {
  let state = seed | 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

/** What a posting says. Its text is written from these. */
type Draft = {
  readonly company: string
  readonly about: readonly string[]
  readonly job: string
  readonly level: string
  readonly department: string
  readonly city: string
  readonly date: string
  readonly tasks: readonly string[]
  readonly skills: readonly string[]
  readonly benefits: readonly string[]
  readonly extra: readonly string[]
  /** The number of the wording of the sentences around the lists. */
  readonly wording: number
}

const words = (text: string) => text.split('|').map((word) => word.trim())
const COMPANIES = words(
  'Northwind Foods|Acme Robotics|Globex Energy|Initech|Umbra Health|Hooli Cloud|Stark Rail|Wayne Harbour',
)
const JOBS = words(
  'Data Engineer|Nurse|Baker|Warehouse Clerk|Account Manager|Welder|Backend Developer|Truck Driver|Tax Adviser|Product Designer|Chemist|Teacher',
)
const LEVELS = words('Junior|Senior|Lead')
const DEPARTMENTS = words(
  'Payments|Logistics|Research|Customer Care|Platform|Quality|Finance|Growth',
)
const CITIES = words('Berlin|Hamburg|Leeds|Lyon|Porto|Vienna|Cracow|Austin')
const VERBS = words(
  'design|maintain|document|review|prepare|plan|improve|inspect|operate|deliver|coordinate|measure',
)
const OBJECTS = words(
  'pipelines for orders|the care of patients|doughs and fillings|stock in the cold store|contracts with partners|steel frames|services behind our shop|routes in the region|returns of small firms|screens of the app|samples in the laboratory|lessons for small groups|reports for the board|tools on the line|schedules of the shift|budgets of the team|safety checks|training of newcomers|interviews with users|deliveries at night',
)
const SKILLS = words(
  'three years of practice|a degree or an apprenticeship|good English|clean handwriting|SQL and Python|a driving licence|patience|experience with audits|knowledge of HACCP|a head for numbers|love of detail|readiness to travel|TypeScript|welding certificates|a calm voice on the phone|teaching experience',
)
const BENEFITS = words(
  'thirty days of holiday|a pension plan|free fruit|a bicycle to lease|a budget for learning|flexible hours|a canteen|a monthly ticket|parental leave|shares in the company|a laptop of your choice|sabbaticals|free coffee|sports in the evening',
)
const ABOUT = words(
  'was founded in a garage and now supplies half of the continent|believes that good work needs time and tools|has sites in nine countries and one language of respect|welcomes people of all origins, ages and abilities|publishes its salaries and its energy use|grows by ten per cent a year without outside money|trains more apprentices than any other firm in the region|gives two per cent of its profit to schools|was named employer of the year by its own staff|keeps its decisions close to those who do the work',
)
const EXTRA = words(
  'Please send your documents as one file.|Travel costs for the interview are paid.|We answer each application within a week.|The position can be filled in part time.|Questions go to our recruiting team by telephone.',
)

function some(random: Random, from: readonly string[], count: number): string[] {
  const rest = [...from]
  return Array.from({ length: count }, () => rest.splice(random(rest.length), 1)[0] ?? '')
}

function pick(random: Random, from: readonly string[], not?: string): string {
  const rest = from.filter((one) => one !== not)
  return rest[random(rest.length)] ?? ''
}

function jobOf(random: Random): Pick<Draft, 'tasks' | 'skills'> {
  const verbs = some(random, VERBS, 7)
  const objects = some(random, OBJECTS, 7)
  return {
    tasks: verbs.map((verb, n) => `${verb} ${objects[n]}`),
    skills: some(random, SKILLS, 5),
  }
}

function draftOf(random: Random): Draft {
  return {
    company: pick(random, COMPANIES),
    about: some(random, ABOUT, 4),
    job: pick(random, JOBS),
    level: pick(random, LEVELS),
    department: pick(random, DEPARTMENTS),
    city: pick(random, CITIES),
    date: `${1 + random(28)} ${pick(random, words('March|May|June|October'))} 2026`,
    ...jobOf(random),
    benefits: some(random, BENEFITS, 6),
    extra: [],
    wording: 0,
  }
}

function edited(draft: Draft, edit: Edit, random: Random): Draft {
  switch (edit) {
    case 'reposted':
      return draft
    case 'other date':
      return { ...draft, date: `${1 + random(28)} July 2026` }
    case 'other city':
      return { ...draft, city: pick(random, CITIES, draft.city) }
    case 'other wording':
      return { ...draft, wording: 1, tasks: draft.tasks.toSorted() }
    case 'added paragraph':
      return { ...draft, extra: some(random, EXTRA, 2) }
    case 'other level':
      return { ...draft, level: pick(random, LEVELS, draft.level), skills: some(random, SKILLS, 5) }
    case 'other department':
      return {
        ...draft,
        department: pick(random, DEPARTMENTS, draft.department),
        tasks: jobOf(random).tasks,
      }
    case 'other job, same boilerplate':
      return { ...draft, job: pick(random, JOBS, draft.job), ...jobOf(random) }
    case 'other company':
      return {
        ...draftOf(random),
        company: pick(random, COMPANIES, draft.company),
        job: draft.job,
        level: draft.level,
      }
  }
}

const WORDINGS = [
  {
    tasks: 'Your tasks',
    skills: 'What you bring',
    benefits: 'What we offer',
    from: 'We are looking for a',
    apply: 'Apply now',
  },
  {
    tasks: 'What you will do',
    skills: 'Your profile',
    benefits: 'Our benefits',
    from: 'To strengthen our team we seek a',
    apply: 'Send us your application',
  },
] as const

function write(draft: Draft): PostingText {
  const { company, job, level, department, city, date } = draft
  const wording = WORDINGS[draft.wording === 0 ? 0 : 1]
  const text = [
    ...draft.about.map((one) => `${company} ${one}.`),
    `${wording.from} ${level} ${job} for our ${department} team in ${city}, from ${date}.`,
    wording.tasks,
    ...draft.tasks.map((task) => `You ${task}.`),
    wording.skills,
    ...draft.skills,
    wording.benefits,
    ...draft.benefits,
    ...draft.extra,
    `${wording.apply} at ${company}.`,
  ].join('\n')
  return { title: `${level} ${job} ${department}`, text }
}
