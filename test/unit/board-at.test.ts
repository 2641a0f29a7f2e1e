import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { boardAt } from '../../src/pipelines/ingestion/sources/board-at.ts'

function boardIn(address: string): string | undefined {
  const found = boardAt(new URL(address))
  return found && `${found.platform}: ${found.board}`
}

const GUID = '2fa8e9c0-1111-4222-8333-444455556666'
const ORACLE = 'eabc.fa.us2.oraclecloud.com'
const HEX = '0123456789ABCDEF0123456789ABCDEF'

/** The board of each address, and then the addresses in all shapes that it has. */
const SHAPES: readonly (readonly [board: string, ...addresses: string[]])[] = [
  [
    'Greenhouse: acme',
    'boards.greenhouse.io/acme/jobs/1',
    'boards.eu.greenhouse.io/acme',
    'job-boards.greenhouse.io/acme',
    'job-boards.eu.greenhouse.io/acme/jobs/4',
    'boards.greenhouse.io/embed/job_board?for=acme',
    'boards.greenhouse.io/embed/job_board/js?for=acme',
    'boards.greenhouse.io/embed/job_app?token=1&for=acme',
    'boards-api.greenhouse.io/v1/boards/acme/jobs',
  ],
  ['Greenhouse: Acme', 'boards.greenhouse.io/%41cme'],
  [
    'Lever: acme',
    'jobs.lever.co/acme/1-2',
    'jobs.eu.lever.co/acme',
    'api.lever.co/v0/postings/acme',
  ],
  ['Lever: acme', 'jobs.lever.co/acme?department=Sales&location=Berlin'],
  ['Ashby: Acme', 'jobs.ashbyhq.com/Acme', 'jobs.ashbyhq.com/Acme/embed?version=2'],
  ['Ashby: Acme', 'api.ashbyhq.com/posting-api/job-board/Acme'],
  ['Ashby: Acme Inc', 'jobs.ashbyhq.com/Acme%20Inc/6c9d'],
  [
    'SmartRecruiters: Acme',
    'careers.smartrecruiters.com/Acme',
    'jobs.smartrecruiters.com/Acme/7-a',
  ],
  ['SmartRecruiters: Acme', 'jobs.smartrecruiters.com/oneclick-ui/company/Acme/publication/1'],
  ['SmartRecruiters: Acme', 'api.smartrecruiters.com/v1/companies/Acme/postings'],
  ['Workable: acme', 'apply.workable.com/acme/j/DD1/', 'acme.workable.com/jobs/1'],
  ['Workable: acme', 'apply.workable.com/api/v1/widget/accounts/acme'],
  ['Recruitee: acme', 'acme.recruitee.com/o/baker', 'acme.recruitee.com/l/de/o/baker'],
  ['Teamtailor: acme', 'acme.teamtailor.com/jobs/1-baker', 'acme.teamtailor.com/de/jobs'],
  ['Personio: acme', 'acme.jobs.personio.de/job/1', 'acme.jobs.personio.com/xml?language=en'],
  ['Pinpoint: acme', 'acme.pinpointhq.com/en/postings/1'],
  ['BambooHR: acme', 'acme.bamboohr.com/careers/86', 'acme.bamboohr.com/jobs/?source=bamboohr'],
  ['Rippling: acme', 'ats.rippling.com/acme/jobs', 'ats.rippling.com/en-GB/acme/jobs'],
  ['Rippling: acme', 'ats.rippling.com/fr-ca/acme'],
  [
    'Workday: acme.wd5/External',
    'acme.wd5.myworkdayjobs.com/External',
    'acme.wd5.myworkdayjobs.com/en-US/External/job/Berlin/Baker_R1',
    'acme.wd5.myworkdayjobs.com/wday/cxs/acme/External/jobs',
  ],
  ['Workday: acme', 'acme.wd5.myworkdayjobs.com/'],
  [
    'Oracle Recruiting: eabc.fa.us2/CX_1',
    `${ORACLE}/hcmUI/CandidateExperience/en/sites/CX_1/job/1`,
  ],
  ['Oracle Recruiting: eabc', `${ORACLE}/hcmUI/x`],
  ['Eightfold: acme/acme.com', 'acme.eightfold.ai/careers?domain=acme.com'],
  ['amazon.jobs: all', 'www.amazon.jobs/en/jobs/1/baker'],
  ['Google: all', 'careers.google.com/jobs/results/1/'],
  ['Gem: acme', 'jobs.gem.com/acme', 'jobs.gem.com/acme/am9icG9zdDo'],
  ['Jobvite: acme', 'jobs.jobvite.com/acme/jobs', 'jobs.jobvite.com/careers/acme/job/o1'],
  ['JOIN: acme', 'join.com/companies/acme', 'www.join.com/companies/acme/1-baker'],
  ['Hireology: acme', 'careers.hireology.com/acme/1/description'],
  ['Polymer: acme', 'jobs.polymer.co/acme/1'],
  ['Dover: Acme', 'app.dover.com/jobs/Acme', 'app.dover.com/apply/Acme/1-2'],
  [`Paylocity: ${GUID}`, `recruiting.paylocity.com/Recruiting/Jobs/All/${GUID}/Acme`],
  [
    `UKG Pro: recruiting.ultipro.com/ACM1000ACME/${GUID}`,
    `recruiting.ultipro.com/ACM1000ACME/JobBoard/${GUID}`,
  ],
  [
    `UKG Pro: recruiting2.ultipro.ca/ACM1000ACME/${GUID}`,
    `recruiting2.ultipro.ca/ACM1000ACME/jobboard/${GUID}/?q=&o=postedDateDesc`,
  ],
  ['Dayforce: acme/CANDIDATEPORTAL', 'jobs.dayforcehcm.com/acme/CANDIDATEPORTAL'],
  ['Dayforce: acme/B', 'jobs.dayforcehcm.com/en-US/acme/B'],
  [
    `ADP Workforce Now: ${GUID}`,
    `workforcenow.adp.com/mascsr/default/mdf/recruitment/recruitment.html?cid=${GUID}&ccId=1`,
  ],
  [`ADP Workforce Now: ${GUID}`, `workforcenow.cloud.adp.com/x?CID=${GUID}`],
  ['PageUp: 873', 'careers.pageuppeople.com/873/cw/en/listing/'],
  ['Comeet: acme', 'www.comeet.com/jobs/acme/A2.00E', 'comeet.com/jobs/acme/A2.00E'],
  [`Paycom: ${HEX}`, `www.paycomonline.net/v4/ats/web.php/portal/${HEX}/career-page`],
  [`Paycom: ${HEX}`, `www.paycomonline.net/v4/ats/web.php/jobs?clientkey=${HEX}`],
  ['NEOGOV: acme', 'www.governmentjobs.com/careers/acme/jobs/1', 'governmentjobs.com/careers/acme'],
  ['Gusto: acme', 'jobs.gusto.com/boards/acme'],
  ['JobAdder: acme', 'clientapps.jobadder.com/12345/acme'],
  ['Recruitis: acme', 'jobs.recruitis.io/acme?page=2'],
  ['BrassRing: 25600', 'sjobs.brassring.com/TGnewUI/Search/Home/Home?partnerid=25600&siteid=5'],
  ['Paycor: 8a7', 'recruitingbypaycor.com/career/CareerHome.action?clientId=8a7'],
  ['SuccessFactors: ACME', 'career5.successfactors.eu/career?company=ACME'],
  ['Breezy: acme', 'acme.breezy.hr/p/1-baker'],
  ['JazzHR: acme', 'acme.applytojob.com/apply/jobs'],
  ['Avature: acme', 'acme.avature.net/careers/SearchJobs'],
  ['iCIMS: careers-acme', 'careers-acme.icims.com/jobs/search?ss=1'],
  ['Cornerstone: acme', 'acme.csod.com/ux/ats/careersite/4/home?c=acme'],
  ['softgarden: acme', 'acme.career.softgarden.de/jobs/1', 'acme.softgarden.io/de/vacancies'],
  ['Gupy: acme', 'acme.gupy.io/jobs/1'],
  ['Taleo Business: ACME', 'phe.tbe.taleo.net/phe01/ats/careers/v2/searchResults?org=ACME&cws=37'],
  ['Taleo: acme', 'acme.taleo.net/careersection/2/jobsearch.ftl?lang=en'],
  ['Keka: acme', 'acme.keka.com/careers'],
  ['Darwinbox: acme', 'acme.darwinbox.in/ms/candidate/careers', 'acme.darwinbox.com/x'],
  ['d.vinci: acme', 'acme.dvinci-hr.com/de/jobs/1'],
  ['Factorial: acme', 'acme.factorialhr.com/', 'acme.factorialhr.es/job_posting/x'],
  ['isolved: acme', 'acme.isolvedhire.com/jobs/'],
  ['ApplicantPro: acme', 'acme.applicantpro.com/jobs/1.html'],
  ['HiBob: acme', 'acme.careers.hibob.com/jobs'],
  [
    'Zoho Recruit: acme',
    'acme.zohorecruit.com/jobs/Careers',
    'acme.zohorecruit.eu/jobs',
    'acme.zohorecruit.in/x',
  ],
  ['Freshteam: acme', 'acme.freshteam.com/jobs'],
  ['Talentsoft: acme-recrute', 'acme-recrute.talent-soft.com/handlers/offerRss.ashx?LCID=1036'],
  [
    'Umantis: recruitingapp-1234',
    'recruitingapp-1234.umantis.com/Jobs/All',
    'recruitingapp-1234.de.umantis.com/',
  ],
  ['PeopleHR: acme', 'acme.peoplehr.net/JobBoard'],
  ['rexx: acme', 'acme.rexx-systems.com/stellenangebote.html'],
  ['ClearCompany: acme', 'acme.clearcompany.com/careers/jobs'],
  ['Eightfold: acme', 'acme.eightfold.ai/careers'],
]

const cases = SHAPES.flatMap(([board, ...addresses]) =>
  addresses.map((one) => [one, board] as const),
)

test('there are more than 45 platforms or shapes', () => {
  expect(new Set(SHAPES.map(([board]) => board.split(':')[0])).size).toBeGreaterThan(45)
})

describe.each(cases)('%s', (address, board) => {
  const [host = '', path = ''] = address.split(/\/(.*)/s)

  test(`is of ${board}`, () => expect(boardIn(`https://${address}`)).toBe(board))

  test('with http, a host in upper case, its final dot, a fragment and further parameters', () => {
    const more = `${path}${path.includes('?') ? '&' : '?'}utm_source=x&lang=de#apply`
    for (const one of [`http://${address}`, `https://${host.toUpperCase()}/${more}`])
      expect(boardIn(one)).toBe(board)
  })

  test('is nothing on another host, or with a user or a port', () => {
    for (const one of [
      `https://${host}.evil.test/${path}`,
      `https://evil-${host.split('.').slice(-2).join('.')}/${path}`,
      `https://evil.test/${address}`,
      `https://user@${address}`,
      `https://${host}:8443/${path}`,
      `ftp://${address}`,
    ])
      expect([one, boardIn(one)]).toEqual([one, undefined])
  })
})

test.each([
  'https://www.greenhouse.io/',
  'https://boards.greenhouse.io/',
  'https://boards.greenhouse.io/embed/job_app?token=1',
  'https://boards.greenhouse.io/embed/job_board?for=',
  'https://boards.greenhouse.io/embed/job_board?for=..%2F..%2Fadmin',
  'https://boards.greenhouse.io/robots.txt',
  'https://www.lever.co/acme',
  'https://jobs.lever.co/',
  'https://jobs.lever.co/%E0%A4%A',
  'https://jobs.lever.co/%2F..%2Fx',
  'https://www.ashbyhq.com/customers',
  'https://jobs.ashbyhq.com/%00',
  'https://www.smartrecruiters.com/pricing',
  'https://jobs.smartrecruiters.com/',
  'https://apply.workable.com/j/DD1',
  'https://www.workable.com/pricing',
  'https://resources.workable.com/hiring',
  'https://api.recruitee.com/x',
  'https://recruitee.com/acme',
  'https://docs.recruitee.com/reference',
  'https://support.recruitee.com/en',
  'https://a.b.recruitee.com/',
  'https://www.teamtailor.com/',
  'https://www.personio.de/jobs',
  'https://jobs.personio.de/',
  'https://acme.personio.de/login',
  'https://www.pinpointhq.com/',
  'https://app.bamboohr.com/login',
  'https://www.rippling.com/acme',
  'https://ats.rippling.com/en-GB/',
  'https://www.gem.com/acme',
  'https://join.com/recruitment',
  'https://www.dover.com/jobs/acme',
  'https://app.dover.com/login',
  'https://www.icims.com/products',
  'https://www.paylocity.com/careers',
  'https://www.ultipro.com/ACM/JobBoard/x',
  'https://recruiting.ultipro.com/login',
  'https://workforcenow.adp.com/login',
  'https://www.adp.com/?cid=1',
  'https://www.taleo.net/',
  'https://careers.hibob.com/jobs',
  'https://www.eightfold.ai/',
  'https://breezy.hr/features',
  'https://umantis.com/Jobs/All',
  'https://acme.umantis.com/Jobs/All',
  'https://127.0.0.1/acme',
  'https://[::1]/acme',
  'https://0x7f.1/boards.greenhouse.io/acme',
  'https://acme.example/careers',
  'data:text/html,boards.greenhouse.io/acme',
])('%s is no board', (address) => expect(boardIn(address)).toBeUndefined())

test('any other path or query of an address is read, and never throws', () => {
  const hosts = [...new Set(cases.map(([address]) => address.split('/')[0] ?? ''))]
  const rest = fc.webPath({ size: 'large' })
  fc.assert(
    fc.property(fc.constantFrom(...hosts), rest, fc.webQueryParameters(), (host, path, query) => {
      const found = boardAt(new URL(`https://${host}${path}?${query}`))
      expect(found?.board).not.toBe('')
    }),
    { numRuns: 300 },
  )
})
