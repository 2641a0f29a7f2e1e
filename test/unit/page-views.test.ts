import {
  array,
  assert,
  constantFrom,
  oneof,
  option,
  property,
  record,
  shuffledSubarray,
  string,
} from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { z } from 'zod'

import { EmploymentType, PostingView, Workplace } from '../../src/protocol/posting.ts'
import { ListedStatus } from '../../src/protocol/run.ts'
import {
  AddCompaniesView,
  CompaniesView,
  CompanyPageView,
  COMPANY_TABS,
} from '../../web/companies/companies-view.ts'
import { readSearch, writeSearch } from '../../web/frame/search-text.ts'
import { searchOf, viewOf, type ViewSchema } from '../../web/parts/view.ts'
import { POSTING_COLUMNS, PostingsView } from '../../web/postings/postings-view.ts'
import { itemKey, itemText } from '../../web/run/item-rows.ts'
import { LOG_LEVELS, RUN_TABS, RunAddress } from '../../web/run/run-address.ts'
import { RunsView } from '../../web/runs/runs-view.ts'
import {
  NewScheduleView,
  ScheduleAddress,
  SchedulesView,
} from '../../web/schedules/schedules-view.ts'
import { SETTINGS_TABS, SettingsView } from '../../web/settings/settings-view.ts'

/** Any text, with the signs that an address treats apart among it. */
const text = oneof(
  string({ unit: 'grapheme' }),
  string({ unit: constantFrom('&', '=', '+', '%', '#', '?', ' ', ',', '/', '"', 'ü') }),
)

function one<T extends string>(of: readonly T[]) {
  return option(constantFrom(...of), { nil: undefined })
}

/** Some of these words, in the order in which a view has them. */
function some<T extends string>(of: readonly T[]) {
  return shuffledSubarray([...of]).map((chosen) => of.filter((value) => chosen.includes(value)))
}

const codes = array(constantFrom('DE', 'US', 'de', 'fr', 'JP')).map((given) =>
  [...new Set(given)].toSorted(),
)

const runs = record({
  status: one(ListedStatus.options),
  q: text,
  group: text,
  label: text,
  pipeline: text,
})

const postings = record({
  q: text,
  company: text,
  status: one(PostingView.shape.status.options),
  workplace: some(Workplace.options),
  country: codes,
  department: text,
  employment_type: some(EmploymentType.options),
  language: codes,
  posted_since: text,
  changed_since: text,
  sort: one(['newest', 'rank'] as const),
  columns: some(POSTING_COLUMNS),
  posting: text,
})

const run = record({
  tab: one(RUN_TABS),
  group: text,
  status: text,
  outcome: text,
  q: text,
  item: text,
  level: one(LOG_LEVELS),
  only: one(['errors'] as const),
  span: text,
})

const schedules = record({ q: text, state: one(['on', 'paused'] as const) })

const settings = record({ tab: one(SETTINGS_TABS), webhook: text })

const company = record({ tab: one(COMPANY_TABS), posting: text })

const companies = record({ q: text })

const addCompanies = record({ by: one(['csv'] as const) })

const newSchedule = record({ from: text })

const schedule = record({ edit: one(['yes'] as const) })

/** Leaves a view, and comes back by its address. */
function back<Schema extends ViewSchema>(schema: Schema, view: z.infer<Schema>) {
  return viewOf(schema, readSearch(writeSearch(searchOf(schema, view))))
}

describe('the address of a page', () => {
  test('restores the view that was left, whatever a person typed', () => {
    assert(
      property(runs, (view) => {
        expect(back(RunsView, view)).toEqual(view)
      }),
    )
    assert(
      property(postings, (view) => {
        expect(back(PostingsView, view)).toEqual(view)
      }),
    )
    assert(
      property(run, (view) => {
        expect(back(RunAddress, view)).toEqual(view)
      }),
    )
    assert(
      property(schedules, (view) => {
        expect(back(SchedulesView, view)).toEqual(view)
      }),
    )
    assert(
      property(settings, (view) => {
        expect(back(SettingsView, view)).toEqual(view)
      }),
    )
    assert(
      property(company, (view) => {
        expect(back(CompanyPageView, view)).toEqual(view)
      }),
    )
    assert(
      property(companies, addCompanies, (list, form) => {
        expect(back(CompaniesView, list)).toEqual(list)
        expect(back(AddCompaniesView, form)).toEqual(form)
      }),
    )
    assert(
      property(newSchedule, schedule, (form, page) => {
        expect(back(NewScheduleView, form)).toEqual(form)
        expect(back(ScheduleAddress, page)).toEqual(page)
      }),
    )
  })

  test.each([
    RunsView,
    PostingsView,
    RunAddress,
    CompaniesView,
    AddCompaniesView,
    CompanyPageView,
    SchedulesView,
    NewScheduleView,
    ScheduleAddress,
    SettingsView,
  ])('has nothing of what is as usual', (schema: ViewSchema) => {
    expect(writeSearch(searchOf(schema, viewOf(schema, {})))).toBe('')
  })

  test('takes a broken value for none', () => {
    const view = viewOf(RunsView, readSearch('?status=nonsense&q=a%2&group=&other=1&q=b'))
    expect(view).toEqual({ status: undefined, q: 'b', group: '', label: '', pipeline: '' })
    const some_postings = viewOf(PostingsView, readSearch('?workplace=moon,remote&country=X1,DE'))
    expect(some_postings).toMatchObject({ workplace: ['remote'], country: ['DE'] })
  })

  test('names any item of a run', () => {
    assert(
      property(text, text, (group, external_id) => {
        expect(itemKey(itemText({ group, external_id }))).toEqual({ group, external_id })
      }),
    )
    for (const broken of ['', 'null', '{}', '[1]', '["a"]', '["a"'])
      expect(itemKey(broken)).toBeUndefined()
  })
})
