import { readCommandLine } from './command-line.ts'
import { applyMigrations } from './database/migrations.ts'
import { explain } from './start/failure.ts'

readCommandLine({
  usage: `DATABASE_URL=postgresql://user:password@host/database npm run migrate

Brings the database to the newest schema. It may run again at any time, and while Runcast works.

  --help   this text
`,
  options: {},
})

const url = process.env['DATABASE_URL']
if (url === undefined || url === '') {
  console.error(
    'DATABASE_URL is not set: DATABASE_URL=postgresql://user:password@host/database npm run migrate',
  )
  process.exitCode = 1
} else {
  try {
    await applyMigrations(url)
    console.log('The database has the newest schema.')
  } catch (error) {
    console.error(`DATABASE_URL: the migrations could not be applied: ${explain(error)}`)
    process.exitCode = 1
  }
}
