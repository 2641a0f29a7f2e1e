import { describe, expect, test } from 'vitest'

import { pageTitleOf } from '../../src/pipelines/ingestion/page/page-title.ts'

const SITE = 'https://acme.test'
const heading = (text: string) => `<html><body><h1>${text}</h1></body></html>`

describe('the title of a page', () => {
  test.each([
    ['/jobs/harbour-pilot-7', 'Harbour Pilot', 'Harbour Pilot'],
    ['/jobs/7-Hafenlotse-mwd.html', ' Hafenlotse\n (m/w/d) ', 'Hafenlotse (m/w/d)'],
    ['/jobs/baecker-in', 'Bäcker:in', 'Bäcker:in'],
    ['/jobs/%E3%83%91%E3%83%B3', 'パン', 'パン'],
    ['/jobs/4711', 'Baker', 'Baker'],
    ['/jobs/view?id=4711', 'Baker', 'Baker'],
    ['/jobs/engineer', 'Engineer - Payments', 'Engineer - Payments'],
  ])('at %s is %j', (path, shown, title) => {
    expect(pageTitleOf(heading(shown), SITE + path)).toBe(title)
  })

  test.each([
    ['/jobs/harbour-pilot-7', 'Careers at Acme'],
    ['/jobs/harbour-pilot-7', 'Sign in'],
    ['/jobs/4711', 'Job details'],
    ['/jobs/4711', '404'],
    ['/jobs/4711', 'Error: not found'],
    ['/jobs/4711', ''],
    ['/jobs/page-not-found', 'Page not found'],
    ['/jobs/7', 'Please verify'],
  ])('at %s is not %j', (path, shown) => {
    expect(pageTitleOf(heading(shown), SITE + path)).toBeNull()
  })
})
