import { expect, test } from 'vitest'

import { toEmploymentType } from '../../src/pipelines/ingestion/employment-type.ts'

test.each([
  ['FullTime', 'full_time'],
  ['FULL_TIME', 'full_time'],
  ['Full-time', 'full_time'],
  ['Regular Full Time (Salary)', 'full_time'],
  ['PartTime', 'part_time'],
  ['PART_TIME', 'part_time'],
  ['Contract', 'contract'],
  ['CONTRACTOR', 'contract'],
  ['Contract, full-time', 'contract'],
  ['Freelance', 'contract'],
  ['Temporary', 'temporary'],
  ['Fixed-Term', 'temporary'],
  ['Temp part-time', 'temporary'],
  ['Intern', 'intern'],
  ['Internship (full-time)', 'intern'],
  ['VOLUNTEER', 'volunteer'],
  ['PER_DIEM', 'per_diem'],
  ['Other', 'other'],
  ['Regular', null],
  ['Internal transfer', null],
  ['International', null],
  ['Some other thing', null],
  ['', null],
  [null, null],
  [undefined, null],
])('%j is %j', (text, type) => {
  expect(toEmploymentType(text)).toBe(type)
})
