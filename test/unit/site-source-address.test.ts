import { expect, test } from 'vitest'

import {
  looksLikePosting,
  titleFromAddress,
} from '../../src/pipelines/ingestion/sources/posting-address.ts'

const SITE = 'https://acme.test'

test.each([
  ['/jobs/b%C3%A4cker_in.html', 'bäcker in'],
  ['/jobs/12', '12'],
  ['/jobs/%ff-x', '%ff x'],
  ['/jobs/--', `${SITE}/jobs/--`],
  [`/jobs/${'x'.repeat(400)}`, 'x'.repeat(300)],
])('the address %s has a title', (path, title) => {
  expect(titleFromAddress(SITE + path)).toBe(title)
})

test.each([
  ['/jobs/1', true],
  ['/en/Careers/sales/1', true],
  ['/open-positions/baker', true],
  ['/stellen/baecker.html', true],
  ['/jobs/job-1', true],
  ['/jobs/1234/baker/job', true],
  ['/jobs/page/2/jobs', false],
  ['/jobs', false],
  ['/jobs/', false],
  ['/careers/jobs', false],
  ['/about', false],
  ['/blog/how-to-find-a-job/part-2', false],
  ['/jobs?id=1', false],
  ['/jobs?page=1', false],
  ['/jobs?gh_jid=4012', true],
  ['/job?id=7', true],
  ['/stelle.php?id=7', true],
  ['/jobs/detail.php?jobId=7', true],
  ['/about?id=7', false],
  ['/stellenangebote/baecker', true],
  ['/karriere/stellenangebote/', false],
  ['/vacatures/bakker', true],
  ['/offres-emploi/boulanger', true],
  ['/empleos/panadero', true],
  ['/jobs/7-baker/apply', false],
  ['/jobs/category/bakery', false],
  ['/jobs/search', false],
])('whether %s looks like a posting: %s', (path, expected) => {
  expect(looksLikePosting(new URL(path, SITE))).toBe(expected)
})
