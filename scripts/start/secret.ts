import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'

/**
 * Returns the secret in `file`: 32 random bytes as hex. Makes the file at the first call. Only its owner
 * can read it.
 */
export function keepSecret(file: string): string {
  if (!existsSync(file)) {
    // The secret is written to another file and renamed, so that a killed start leaves no half of a
    // secret.
    writeFileSync(`${file}.new`, randomSecret(), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }
  return readFileSync(file, 'utf8').trim()
}

export function randomSecret(): string {
  return randomBytes(32).toString('hex')
}
