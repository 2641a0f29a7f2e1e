import { type FormEvent, useState } from 'react'

import { count, countOf } from '../parts/words.ts'
import {
  CSV_COLUMNS,
  type CsvCompanies,
  type CsvCompany,
  decodeCsv,
  readCompanies,
  type WrongRow,
} from './companies-csv.ts'

const SHOWN = 100
const ROW = { one: 'row', many: 'rows' }

type CsvFormProps = { asking: boolean; onRead: (rows: readonly CsvCompany[]) => void }

/** Companies from a CSV, pasted or from a file. The rows that are right go on; the others are named. */
export default function CsvForm({ asking, onRead }: CsvFormProps) {
  const [text, setText] = useState('')
  const [read, setRead] = useState<CsvCompanies>()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const companies = readCompanies(text)
    setRead(companies)
    onRead(companies.rows)
  }
  return (
    <>
      <form onSubmit={submit} className="panel space-y-3 p-5">
        <label className="block space-y-1">
          <span className="font-semibold">CSV with the columns {CSV_COLUMNS.join(', ')}</span>
          <textarea
            required
            rows={6}
            spellCheck={false}
            className="field w-full font-mono text-sm"
            placeholder={'slug,name,address\nacme,Acme,https://boards.greenhouse.io/acme'}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
        <p className="text-sm text-muted">
          The first row has the names of the columns. A row needs an address or a source; without a
          slug or a name, Runcast takes those of the career site. A file that the page of companies
          exported can be added as it is.
        </p>
        <div className="flex flex-wrap items-center gap-3">
          <button type="submit" className="button button-main" disabled={asking}>
            {asking ? 'Looking…' : 'Check the rows'}
          </button>
          <label className="text-sm">
            <span className="mr-2">or choose a file</span>
            <input
              type="file"
              className="file:mr-2 file:cursor-pointer file:rounded-md file:border file:border-line file:bg-surface file:px-2 file:py-0.5 file:hover:bg-sunken"
              accept=".csv,text/csv,text/tab-separated-values,text/plain"
              onChange={({ target }) => {
                const [file] = target.files ?? []
                if (file) void file.arrayBuffer().then((bytes) => setText(decodeCsv(bytes)))
              }}
            />
          </label>
        </div>
      </form>
      {read && read.wrong.length > 0 && <WrongRows wrong={read.wrong} />}
      {read && read.rows.length + read.wrong.length === 0 && (
        <p role="alert">The CSV has no row below the names of its columns.</p>
      )}
    </>
  )
}

function WrongRows({ wrong }: { wrong: readonly WrongRow[] }) {
  return (
    <section aria-labelledby="wrong-rows" role="alert" className="panel space-y-2 p-5">
      <h2 id="wrong-rows" className="text-lg font-bold">
        {countOf(wrong.length, ROW)} to mend
      </h2>
      <ul className="space-y-1">
        {wrong.slice(0, SHOWN).map(({ row, fault }) => (
          <li key={row} className="wrap-anywhere">
            Row {count(row)} {fault}
          </li>
        ))}
      </ul>
      {wrong.length > SHOWN && (
        <p className="text-muted">and {countOf(wrong.length - SHOWN, ROW)} more</p>
      )}
    </section>
  )
}
