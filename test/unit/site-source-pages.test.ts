import { describe, expect, test } from 'vitest'

import {
  claimedTotal,
  isNextLabel,
  isPageNumber,
  opensMore,
} from '../../src/pipelines/ingestion/sources/page-number.ts'
import { LIST, links, list, page, paths } from '../support/site-listing.ts'

const anchor = (href: string, text: string) => `<a href="${href}">${text}</a>`

function pageAt(number: number): string {
  return number === 1 ? LIST : `${LIST}?s=${number}`
}

/** A listing whose pages link to each other by these addresses, with numbers as their texts. */
function numberedPages(addresses: readonly string[], { first = LIST } = {}) {
  const all = addresses.map((href, at) => anchor(href, String(at + 2))).join('')
  const entries = addresses.map((href, at) => {
    const back = anchor(first, '1')
    return [new URL(href, LIST).href, page(`${links(`/jobs/${at + 2}`)}${back}${all}`)]
  })
  return { [LIST]: page(`${links('/jobs/1')}${all}`), ...Object.fromEntries(entries) }
}

test('a row that a script makes a link is one', async () => {
  const rows =
    `<table><tr data-href="/jobs/1-baker"><td>Baker</td></tr></table>` +
    `<div onclick="window.location.href='/jobs/2-cook'">Cook</div>`
  expect(paths(await list({ [LIST]: page(rows) }))).toEqual(['/jobs/1-baker', '/jobs/2-cook'])
})

describe('the numbered pages of a listing are read, whatever their parameter is called', () => {
  test.each([
    ['?page=2', '?page=3'],
    ['?pageNumber=2', '?pageNumber=3'],
    ['?currentPage=2', '?currentPage=3'],
    ['?p=2', '?p=3'],
    ['?seite=2', '?seite=3'],
    ['?startrow=25', '?startrow=50'],
    ['?q=&sortColumn=date&startrow=25', '?q=&sortColumn=date&startrow=50'],
    ['?offset=20', '?offset=40'],
    ['?jobOffset=12', '?jobOffset=24'],
    ['?from=10', '?from=20'],
    ['?skip=10', '?skip=20'],
    ['?start=10', '?start=20'],
    ['?startIndex=10', '?startIndex=20'],
    ['?zeige=10', '?zeige=20'],
    ['?page=1', '?page=2'],
    ['?pr=1', '?pr=2'],
    ['/careers/page/2', '/careers/page/3'],
    ['/careers/page/2/', '/careers/page/3/'],
    ['/careers/seite-2', '/careers/seite-3'],
    ['/careers/p2', '/careers/p3'],
    ['/careers/2', '/careers/3'],
  ])('%s and %s', async (...addresses) => {
    const listing = await list(numberedPages(addresses))
    expect(paths(listing)).toEqual(['/jobs/1', '/jobs/2', '/jobs/3'])
    expect(listing.incomplete).toBeNull()
  })

  test.each(['?startrow=0', '?page=0', '?page=1', '/careers/page/1'])(
    'and the first page is not read again by its number %s',
    async (first) => {
      const second = first.includes('row') ? '?startrow=25' : '?page=2'
      const sites = numberedPages([second], { first: new URL(first, LIST).href })
      expect(await list(sites)).toMatchObject({ incomplete: null, postings: { length: 2 } })
    },
  )

  test('also where each page names only its neighbours', async () => {
    const sites = Array.from({ length: 12 }, (_, i) => {
      const near = [i, i + 2].filter((n) => n > 0 && n < 13)
      return [
        pageAt(i + 1),
        page(links(`/jobs/${i + 1}`) + near.map((n) => anchor(pageAt(n), `${n}`)).join('')),
      ]
    })
    expect(await list(Object.fromEntries(sites))).toMatchObject({
      incomplete: null,
      postings: { length: 12 },
    })
  })

  test('also where a link only says that it leads to the next page', async () => {
    const sites = {
      [LIST]: page(links('/jobs/1') + anchor('?cursor=abc', 'Next ›')),
      [`${LIST}?cursor=abc`]: page(links('/jobs/2') + anchor('/careers', 'Previous')),
    }
    expect(await list(sites)).toMatchObject({ incomplete: null, postings: { length: 2 } })
  })

  test('but a filter with a number is no page', async () => {
    const filters = anchor('?department=2', 'Sales') + anchor('?city=3', 'Berlin (12)')
    const listing = await list({ [LIST]: page(links('/jobs/1') + filters) })
    expect(listing.incomplete).toBeNull()
  })
})

describe('PLAN-4: a listing is not complete', () => {
  test.each([
    ['whose second page is not there', anchor('?page=2', '2'), /404/],
    ['whose pages are all the same', anchor('?startrow=25', '2'), /repeats/],
    ['with a button for more', '<button>Load more jobs</button>', /only a script/],
    ['with a form for more', '<input type=submit value="Next page">', /only a script/],
    ['that shows some of many', '<p>Showing 25 of 233 open jobs</p>', /claims 233/],
    ['with a link for more that a script follows', anchor('#', 'Mehr laden'), /only a script/],
    ['with numbers that a script follows', anchor('javascript:go(2)', '2'), /only a script/],
    ['that claims more', '<p>Results <b>1 – 25</b> of <b>233</b></p>', /claims 233/],
    ['that claims more in German', '<p>1&nbsp;-&nbsp;10 von 1.233</p>', /claims 1233/],
  ])('%s', async (_, more, reason) => {
    const body = page(links('/jobs/1') + more)
    const listing = await list({ [LIST]: body, [`${LIST}?startrow=25`]: body })
    expect(paths(listing)).toEqual(['/jobs/1'])
    expect(listing.incomplete).toMatch(reason)
  })

  test.each([
    '<button class="slick-next">Next</button>',
    '<a class="disabled">Next</a>',
    '<button disabled>Load more</button>',
    '<button>›</button>',
    '<button>Apply</button>',
    '<p>Showing 1 - 1 of 1 jobs. 9 - 5 of 7 days</p>',
  ])('but a listing with %s is', async (more) => {
    expect((await list({ [LIST]: page(links('/jobs/1') + more) })).incomplete).toBeNull()
  })
})

test.each([
  'Next',
  'Weiter »',
  'Suivant',
  '次へ',
  'Load more',
  'Show more jobs',
  'Mehr Stellen anzeigen',
  'Voir plus d’offres',
])('“%s” leads further', (text) => {
  expect(isNextLabel(text) || opensMore(text)).toBe(true)
})

test.each(['Engineer', 'Show all filters', 'Seymore', '2024 report', 'View job'])(
  '“%s” leads to no next page',
  (text) => {
    expect(isNextLabel(text) || isPageNumber(text) || opensMore(text)).toBe(false)
  },
)

test.each([
  ['1 - 25 of 233', 233],
  ['Résultats 1 à 10 sur 57', 57],
  ['1-10 / 57', 57],
  ['26 to 50 of 1,233 jobs', 1_233],
  ['Zeige 10 von 57 Stellen', 57],
  ['25 sur 120 offres', 120],
  ['3 of 5 days', 0],
  ['open 9 - 5', 0],
  ['1.5 - 2 of 3', 0],
  ['', 0],
])('%j claims %d postings', (text, total) => {
  expect(claimedTotal(text)).toBe(total)
})
