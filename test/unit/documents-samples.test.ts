import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { failureOf, read } from '../support/documents/reading.ts'
import { refusalOf } from '../support/documents/unreadable.ts'

type Readable = {
  readonly pages?: number
  readonly headings?: number
  readonly chars: number
  readonly says: readonly string[]
  readonly password?: string
}

/** The expectations of each recorded document: at least so many characters, with these words among them. */
const READABLE: Readonly<Record<string, Readable>> = {
  'Balanced_Employee_IP_Agreement.md': { chars: 7_000, headings: 1, says: ['BALANCED EMPLOYEE'] },
  'arabic.pdf': { pages: 1, chars: 20, says: ['habibi', 'يبيبَح'] },
  'balanced-employee-ip-agreement.docx': { chars: 7_000, headings: 1, says: ['What is this?'] },
  'broken-mime.pdf': {
    pages: 23,
    chars: 37_000,
    says: ['IN THE SUPREME COURT OF NORTH CAROLINA', 'dependent on skill or\nchance'],
  },
  'ca2_1-1.pdf': { pages: 2, chars: 3_400, says: ['Thurgood Marshall U.S. Courthouse'] },
  'commonpaper-cloud-service-agreement.md': { chars: 33_000, headings: 1, says: ['1. Service\n'] },
  'court-opinion.txt': { chars: 30_000, says: ['Ideal Electronic Security Co., Inc.'] },
  'de-agmahnvordrv.pdf': {
    pages: 12,
    headings: 10,
    chars: 31_000,
    says: ['Die Antragstellerin/der Antragsteller erklärt', 'Mahnbescheid'],
  },
  'de-grundgesetz.md': {
    chars: 170_000,
    headings: 190,
    says: ['Die Würde des Menschen ist unantastbar.'],
  },
  'dmca-takedown-policy.md': {
    chars: 17_000,
    headings: 8,
    says: ['What Is the DMCA?', 'you can skip to G. Submitting Notices.'],
  },
  'encrypted-password.pdf': {
    pages: 1,
    chars: 550,
    says: ['Lorem ipsum dolor sit amet'],
    password: 'openpassword',
  },
  'eu-gdpr-en.html': {
    chars: 340_000,
    says: ['(1)\tThe protection of natural persons', 'Article 99', 'Right to data portability'],
  },
  'mammoth-footnotes.docx': { chars: 50, says: ['Ouch[1].[2]', '[1] A tachyon walks into a bar.'] },
  'mammoth-strict-format.docx': { chars: 4, says: ['Test'] },
  'multicolumn.pdf': {
    pages: 3,
    chars: 7_000,
    headings: 2,
    says: ['two columns filled\nwith Lorem Ipsum text.', 'consectetuer adipiscing\nelit.'],
  },
  'nul-bytes.txt': { chars: 26, says: ['Clause 1 has a NUL\nClause 2'] },
  'pdflatex-4-pages.pdf': { pages: 4, chars: 14_000, says: ['some text without a meaning'] },
  'series-seed-preferred-stock-investment-agreement.md': {
    chars: 66_000,
    headings: 60,
    says: ['SERIES SEED PREFERRED STOCK INVESTMENT AGREEMENT'],
  },
  'utf16le-bom.txt': { chars: 45, says: ['Vertrag über die Nutzung. §1 Geltungsbereich.'] },
  'windows-1252.txt': { chars: 70, says: ['Règlement général — “Article 1”'] },
  'word-docx.docx': {
    chars: 19_000,
    says: ['Naval Discharge Review Board', 'Applicant’s Request'],
  },
}

const FAILING: Readonly<Record<string, string>> = {
  'empty.pdf': 'empty',
  'encrypted-password.pdf': 'encrypted',
  'entity-expansion.docx': 'entity_bomb',
  'html-named.pdf': 'type_mismatch',
  'image-pdf-2.pdf': 'no_text',
  'not-a-docx.docx': 'not_a_docx',
  'truncated.docx': 'damaged',
  'truncated.pdf': 'damaged',
  'word-doc.doc': 'legacy_doc',
  'zipbomb.docx': 'zip_bomb',
}

const fixtures = process.env['RUNCAST_FIXTURES']
const folder = join(fixtures ?? '', 'documents')

function bytesOf(file: string): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, file)))
}

describe.skipIf(fixtures === undefined)('recorded documents', () => {
  test('each has an expectation', () => {
    const known = new Set([...Object.keys(READABLE), ...Object.keys(FAILING)])
    expect(readdirSync(folder).filter((file) => !known.has(file))).toEqual([])
  })

  test.each(Object.entries(READABLE))('%s', async (file, known) => {
    const { password } = known
    const said: string[] = []
    const { text, pages, headings, notices } = await read(bytesOf(file), file, {
      ...(password !== undefined && { password }),
      say: (_, message) => said.push(message),
    })
    expect(pages).toHaveLength(known.pages ?? 1)
    expect(said.length).toBeGreaterThan(known.pages ?? 0)
    expect(headings.length).toBeGreaterThanOrEqual(known.headings ?? 0)
    expect(text.length).toBeGreaterThanOrEqual(known.chars)
    for (const words of known.says) expect(text).toContain(words)
    expect(text).toBe(text.normalize('NFC').toWellFormed())
    expect(notices ?? []).not.toContainEqual(expect.objectContaining({ code: 'pages_garbled' }))
    expect(text).not.toMatch(/[\0\r]/)
    for (const { start, end, text: words } of headings)
      expect(text.slice(start, end).replaceAll(/\s+/g, ' ')).toBe(words)
    expect(pages.map(({ start }, at) => text.slice(start, pages[at + 1]?.start)).join('')).toBe(
      text,
    )
  })

  test.each(Object.entries(FAILING))('%s: %s', async (file, code) => {
    const bytes = bytesOf(file)
    const refusal = await refusalOf({ name: file, bytes: () => bytes })
    expect(refusal.code).toBe(code)
    expect(refusal.cpu_ms).toBeLessThan(2_000)
  })

  test('the encrypted one is refused with another password', async () => {
    const file = 'encrypted-password.pdf'
    const failure = await failureOf(bytesOf(file), file, { password: 'another' })
    expect(failure?.code).toBe('wrong_password')
  })
})
