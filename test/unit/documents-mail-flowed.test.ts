import { describe, expect, test } from 'vitest'

import { joinFlowed } from '../../src/pipelines/documents/read/mail/flowed.ts'
import { utf8 } from '../support/documents/plain-files.ts'
import { read } from '../support/documents/reading.ts'
import { processorMs } from '../support/processor-time.ts'

async function bodyOf(lines: readonly string[], type = 'format=flowed'): Promise<string> {
  const head = `From: a@b.test\r\nSubject: S\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8; ${type}\r\n`
  const { text } = await read(utf8(`${head}\r\n${lines.join('\r\n')}`), 'a.eml')
  return text.replace(/^S\n\nFrom: .*\n\n/, '')
}

describe('the lines of a flowed text', () => {
  test('are joined within each depth of quotations', async () => {
    const lines = [
      '>> The rent is due ',
      '>> on the first day.',
      '> We pay it ',
      '> on the third.',
      'No, you ',
      'pay it on the first.',
    ]
    expect(await bodyOf(lines)).toBe(
      '>> The rent is due on the first day.\n> We pay it on the third.\nNo, you pay it on the first.',
    )
  })

  test('end where the depth of quotations changes', async () => {
    expect(await bodyOf(['>> Deep ', '> less deep ', 'own words'])).toBe(
      '>> Deep\n> less deep\nown words',
    )
  })

  test('are divided at a signature', async () => {
    expect(await bodyOf(['Kind regards ', '-- ', 'Ada', '> -- ', '> Max'])).toBe(
      'Kind regards\n--\nAda\n> --\n> Max',
    )
  })

  test('lose the space that hides a mark, and no other', async () => {
    expect(await bodyOf([' From here on ', ' > is no quotation.', '  two spaces'])).toBe(
      'From here on > is no quotation.\n two spaces',
    )
  })

  test('lose the spaces that the program added', async () => {
    const lines = ['契約 ', '書。', '> Vertrags ', '> strafe  ', '> zahlen']
    expect(await bodyOf(lines, 'delsp=yes; format="flowed"')).toBe(
      '契約書。\n> Vertragsstrafe zahlen',
    )
  })

  test('stay as they are in a text that is not flowed', async () => {
    expect(await bodyOf(['> one ', '> two'], 'format=fixed')).toBe('> one\n> two')
  })

  test('in base64 and windows-1252 are joined too', async () => {
    const head =
      'From: a@b.test\r\nSubject: S\r\nContent-Type: text/plain; charset=windows-1252; format=flowed\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    const bytes = utf8(
      head + Buffer.from('> Grü\xdfe \r\n> aus K\xf6ln', 'latin1').toString('base64'),
    )
    expect((await read(bytes, 'a.eml')).text).toContain('> Grüße aus Köln')
  })
})

test('a million flowed lines are joined in linear time', async () => {
  const text = '> x \n'.repeat(1_000_000)
  expect(joinFlowed(text, false)).toHaveLength(2_000_003)
  expect(await processorMs(() => joinFlowed(text, false))).toBeLessThan(5_000)
})
