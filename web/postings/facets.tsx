import type { PostingFacets } from '../../src/protocol/posting.ts'
import { useCompany } from '../companies/stored-companies.ts'
import type { ChangeView } from '../parts/view.ts'
import { count } from '../parts/words.ts'
import { facetWords } from './posting-words.ts'
import { PostingsView } from './postings-view.ts'

const FACETS = [
  ['status', 'State'],
  ['workplace', 'Workplace'],
  ['country', 'Country'],
  ['department', 'Department'],
  ['employment_type', 'Type'],
  ['language', 'Language'],
  ['company', 'Company'],
] as const

type FacetName = (typeof FACETS)[number][0]

/** A facet shows so many of its values, the most frequent first. */
const SHOWN = 12

type FacetsProps = {
  facets: PostingFacets | undefined
  view: PostingsView
  change: ChangeView<PostingsView>
}

/** How many postings have which value, each a filter. */
export function Facets({ facets, view, change }: FacetsProps) {
  const chosenName = useChosenName(facets, view.company)
  return (
    <div className="space-y-5">
      {FACETS.map(([name, label]) => {
        const found = shownValues(facets?.values[name] ?? [], chosenOf(view, name))
        const values = name === 'company' ? found.map(chosenName) : found
        if (values.length === 0) return null
        const labels = labelsOf(name, values)
        return (
          <fieldset key={name}>
            <legend className="pb-1 text-sm font-semibold">{label}</legend>
            <ul className="max-h-64 space-y-0.5 overflow-y-auto">
              {values.map(({ value, count: number }) => (
                <FacetValue
                  key={value}
                  label={labels.get(value) ?? value}
                  number={number}
                  checked={chosenOf(view, name).includes(value)}
                  onChange={() => change(toggled(view, name, value))}
                />
              ))}
            </ul>
          </fieldset>
        )
      })}
      {facets?.complete === false && (
        <p className="text-xs text-muted">Counted among the newest {count(facets.counted)}.</p>
      )}
    </div>
  )
}

type CountedValue = NonNullable<PostingFacets['values'][string]>[number]

/** The most frequent values, and all chosen ones: a filter that is set can always be taken away. */
function shownValues(
  values: readonly CountedValue[],
  chosen: readonly string[],
): readonly CountedValue[] {
  const shown = values.slice(0, SHOWN)
  const missing = chosen.filter((value) => !shown.some((one) => one.value === value))
  return [
    ...missing.map((value) => values.find((one) => one.value === value) ?? { value, count: 0 }),
    ...shown,
  ]
}

/** Gives the chosen company its name also where no posting of the company matches, so that the API counts none. */
function useChosenName(facets: PostingFacets | undefined, chosen: string) {
  const counted = facets?.values['company']?.some(({ value }) => value === chosen) ?? true
  const { data } = useCompany(chosen, { isWanted: chosen !== '' && !counted })
  return (one: CountedValue): CountedValue =>
    data?.slug === one.value ? { title: data.name, ...one } : one
}

/** What the values of a facet are called. Slugs tell companies of the same name apart. */
function labelsOf(facet: FacetName, values: readonly CountedValue[]): ReadonlyMap<string, string> {
  const byTitle = Map.groupBy(values, ({ title }) => title)
  return new Map(
    values.map(({ value, title }) => {
      if (title === undefined) return [value, facetWords(facet, value)]
      return [value, byTitle.get(title)?.length === 1 ? title : `${title} (${value})`]
    }),
  )
}

function chosenOf(view: PostingsView, name: FacetName): readonly string[] {
  const value = view[name]
  if (value === undefined || value === '') return []
  return typeof value === 'string' ? [value] : value
}

/** Some facets take one value, and others several. */
function toggled(view: PostingsView, name: FacetName, value: string): Partial<PostingsView> {
  const chosen = chosenOf(view, name)
  const isChosen = chosen.includes(value)
  if (name === 'company' || name === 'department') return { [name]: isChosen ? '' : value }
  const next = isChosen ? chosen.filter((one) => one !== value) : [...chosen, value]
  const text = name === 'status' ? (isChosen ? undefined : value) : next.join(',')
  const { [name]: read } = PostingsView.parse({ [name]: text })
  return { [name]: read }
}

type FacetValueProps = {
  label: string
  number: number
  checked: boolean
  onChange: () => void
}

function FacetValue({ label, number, checked, onChange }: FacetValueProps) {
  return (
    <li>
      <label className="flex cursor-pointer items-baseline gap-2 rounded-md px-1 py-0.5 text-sm hover:bg-sunken">
        <input type="checkbox" className="accent-accent" checked={checked} onChange={onChange} />
        <span className="min-w-0 flex-1 wrap-anywhere">{label}</span>
        <span className="text-muted tabular-nums">{count(number)}</span>
      </label>
    </li>
  )
}
