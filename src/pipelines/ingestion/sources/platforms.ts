import { HOST_LABEL, PATH_NAME, segmentOf, tenantOf } from './board.ts'

/** Finds the board in an address of one shape. */
type Shape = (address: URL) => string | undefined

const PAYCOM = ['paycomonline.net', 'www.paycomonline.net']
const ADP = ['workforcenow.adp.com', 'workforcenow.cloud.adp.com']
const PAYCOR = ['recruitingbypaycor.com', 'www.recruitingbypaycor.com']

/** The platforms with the board's name in the path, then in the query, then in the host. */
const PLATFORMS: readonly (readonly [name: string, ...shapes: Shape[]])[] = [
  ['Hireology', inPath(['careers.hireology.com'])],
  ['Polymer', inPath(['jobs.polymer.co'])],
  ['Dover', inPath(['app.dover.com'], 'jobs'), inPath(['app.dover.com'], 'apply')],
  ['Gusto', inPath(['jobs.gusto.com'], 'boards')],
  ['JobAdder', jobAdder],
  ['Recruitis', inPath(['jobs.recruitis.io'])],
  ['PageUp', inPath(['careers.pageuppeople.com'])],
  ['Paycom', inPath(PAYCOM, 'v4', 'ats', 'web.php', 'portal'), inQuery(PAYCOM, 'clientkey')],
  ['ADP Workforce Now', inQuery(ADP, 'cid')],
  ['BrassRing', inQuery(['sjobs.brassring.com'], 'partnerid')],
  ['Paycor', inQuery(PAYCOR, 'clientid')],
  ['SuccessFactors', successFactors],
  ['Avature', inHost('avature.net')],
  ['Cornerstone', inHost('csod.com')],
  ['Gupy', inHost('gupy.io')],
  ['Taleo Business', taleoBusiness],
  ['Taleo', inHost('taleo.net')],
  ['Keka', inHost('keka.com')],
  ['Darwinbox', inHost('darwinbox.in', 'darwinbox.com')],
  ['Factorial', inHost('factorialhr.com', 'factorialhr.es', 'factorialhr.de', 'factorialhr.fr')],
  ['isolved', inHost('isolvedhire.com')],
  ['ApplicantPro', inHost('applicantpro.com')],
  ['HiBob', inHost('careers.hibob.com')],
  ['Zoho Recruit', inHost('zohorecruit.com', 'zohorecruit.eu', 'zohorecruit.in')],
  ['Freshteam', inHost('freshteam.com')],
  ['Talentsoft', inHost('talent-soft.com')],
  ['Umantis', umantis],
  ['PeopleHR', inHost('peoplehr.net')],
  ['rexx', inHost('rexx-systems.com')],
  ['ClearCompany', inHost('clearcompany.com')],
  // These have sources, which need more than some of their addresses say.
  ['Comeet', inPath(['www.comeet.com', 'comeet.com'], 'jobs')],
  ['softgarden', inHost('softgarden.io')],
  ['Workday', inFirstLabel(/^[^.]+\.wd\d{1,3}\.myworkdayjobs\.com$/)],
  ['Oracle Recruiting', inFirstLabel(/^[^.]+\.fa\.[a-z0-9.]{2,40}\.oraclecloud\.com$/)],
  ['Eightfold', inHost('eightfold.ai')],
]

/**
 * Finds the board of a platform that no source reads by itself, or for which the address lacks what the source needs. A
 * platform that gets a source takes its shapes along to the source's own file.
 */
export function furtherBoardAt(address: URL): { platform: string; board: string } | undefined {
  for (const [platform, ...shapes] of PLATFORMS) {
    const board = shapes.map((shape) => shape(address)).find((found) => found !== undefined)
    if (board !== undefined) return { platform, board }
  }
  return undefined
}

function inPath(hosts: readonly string[], ...before: readonly string[]): Shape {
  return (address) => segmentOf(address, hosts, before)
}

/** The names of parameters count without regard to upper and lower case. */
function inQuery(hosts: readonly string[], parameter: string): Shape {
  return ({ hostname, searchParams }) =>
    hosts.includes(hostname) ? parameterOf(searchParams, parameter) : undefined
}

function parameterOf(parameters: URLSearchParams, name: string): string | undefined {
  const value = [...parameters].find(([key]) => key.toLowerCase() === name)?.[1]
  return PATH_NAME.safeParse(value).data
}

function inHost(...domains: readonly string[]): Shape {
  return (address) =>
    domains.map((domain) => tenantOf(address, domain)).find((tenant) => tenant !== undefined)
}

function inFirstLabel(host: RegExp): Shape {
  return ({ hostname }) =>
    host.test(hostname) ? HOST_LABEL.safeParse(hostname.split('.')[0]).data : undefined
}

/** `clientapps.jobadder.com/<number>/<name>`. */
function jobAdder({ hostname, pathname }: URL): string | undefined {
  const [number, name] = pathname.split('/').filter((segment) => segment !== '')
  const isBoard = hostname === 'clientapps.jobadder.com' && /^\d{1,10}$/.test(number ?? '')
  return isBoard ? PATH_NAME.safeParse(name).data : undefined
}

/** `career5.successfactors.eu/career?company=ACME`. */
function successFactors({ hostname, searchParams }: URL): string | undefined {
  const isHost = /^(?:career|performancemanager)\d{0,3}\.successfactors\.(?:com|eu)$/.test(hostname)
  return isHost ? parameterOf(searchParams, 'company') : undefined
}

/** `phe.tbe.taleo.net/phe01/ats/careers/v2/searchResults?org=ACME&cws=37`. */
function taleoBusiness({ hostname, searchParams }: URL): string | undefined {
  return hostname.endsWith('.tbe.taleo.net') ? parameterOf(searchParams, 'org') : undefined
}

/** `recruitingapp-1234.umantis.com`, with a country's label before the domain or without. */
function umantis({ hostname }: URL): string | undefined {
  const isHost = /^recruitingapp-\d{1,10}(?:\.[a-z]{2})?\.umantis\.com$/.test(hostname)
  return isHost ? hostname.split('.')[0] : undefined
}
