import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import type { Page } from 'playwright-core'

import { readCommandLine } from './command-line.ts'

const USAGE = `npm run screenshots

Boots Runcast on free ports, opens each page of the tour (test/support/page-tour.ts), and takes pictures of the page in
light and in dark colours, and at the width of a phone. Git ignores the folder: look at the pictures after a change.

  --only <names>    only the pages with these names, with commas between them: run,postings
  --folder <path>   docs/screenshots: where the pictures go
  --help            this text
`

const LOOKS = [
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
  { width: 360, colorScheme: 'light' },
] as const

const HEIGHT = 860

const options = readCommandLine({
  usage: USAGE,
  options: { only: { type: 'string' }, folder: { type: 'string', default: 'docs/screenshots' } },
})

async function picture(page: Page, name: string): Promise<void> {
  for (const { width, colorScheme } of LOOKS) {
    await page.setViewportSize({ width, height: HEIGHT })
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.screenshot({ path: join(options.folder, `${name}-${width}-${colorScheme}.png`) })
  }
}

async function failBoard(sites: string, board: string | undefined): Promise<void> {
  const body = JSON.stringify({ board, fault: '404' })
  const answer = await fetch(`${sites}/control`, { method: 'POST', body })
  if (!answer.ok) throw new Error(`the sample sites answered ${answer.status}`)
}

async function takeAll(): Promise<void> {
  // The options are read before the browser and the stack are imported, so that a wrong one is reported at once.
  const { chromium } = await import('playwright-core')
  const { shareBrowser } = await import('../test/support/browser.ts')
  const { stopsOf, visit } = await import('../test/support/page-tour.ts')
  const { startStack } = await import('../test/support/stack.ts')
  const { sampleCompanies, User } = await import('../test/support/user.ts')
  const wanted = options.only?.split(',')
  mkdirSync(options.folder, { recursive: true })
  const stack = await startStack()
  const server = await shareBrowser()
  try {
    const browser = await chromium.connect(server.wsEndpoint())
    const page = await browser.newPage()
    const you = await User.of(stack, 'you')
    const samples = await sampleCompanies(stack)
    const ended = async (companies: typeof samples) => {
      const run_id = await you.start(companies)
      await page.goto(`${stack.origin}/runs/${run_id}`)
      await page.getByRole('heading', { name: 'Summary' }).waitFor({ timeout: 120_000 })
      return run_id
    }
    await ended(samples.slice(0, 10))
    // The tour expects two companies, of which one cannot be read.
    const companies = samples.slice(10, 12)
    await failBoard(stack.sites, companies[1]?.slug)
    await you.post('/api/companies', companies[0])
    const run_id = await ended(companies)
    for (const stop of stopsOf(run_id, companies[0]?.slug ?? '')) {
      if (wanted?.includes(stop.name) === false) continue
      await page.setViewportSize({ width: 1280, height: HEIGHT })
      await visit(page, stack.origin, stop)
      await picture(page, stop.name)
      console.log(stop.name)
    }
  } finally {
    await server.close()
    await stack.close()
  }
}

await takeAll()
