import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'

/** 32 random bytes as hex, made once and kept in `file`, readable by its owner alone. */
export function keepSecret(file: string): string {
  if (!existsSync(file)) {
    // Moved into its place whole: a start that is killed here leaves no half of a secret.
    writeFileSync(`${file}.new`, randomSecret(), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }
  return readFileSync(file, 'utf8').trim()
}

export function randomSecret(): string {
  return randomBytes(32).toString('hex')
}
