import { describe, expect, test } from 'vitest'

import { encryptedPdf } from '../support/documents/encrypted-pdf.ts'
import { PAGE } from '../support/documents/plain-files.ts'
import { failureOf, read } from '../support/documents/reading.ts'

const SECRET = 'open sesame'

describe('a protected PDF', () => {
  test('is read with its password', async () => {
    const text = await read(encryptedPdf({ pages: [PAGE] }, SECRET), 'a.pdf', { password: SECRET })
    expect(text.text).toBe('The term of this agreement is two years.')
  })

  test('is refused with another password', async () => {
    const file = encryptedPdf({ pages: [PAGE] }, SECRET)
    const failure = await failureOf(file, 'a.pdf', { password: 'guess' })
    expect(failure?.code).toBe('wrong_password')
    expect(failure?.message).not.toContain('guess')
  })

  test('that opens without a password needs none', async () => {
    expect((await read(encryptedPdf({ pages: [PAGE] }, ''), 'a.pdf')).text).toContain('two years')
  })
})
