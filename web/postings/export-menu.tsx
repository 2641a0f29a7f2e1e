import { DropdownMenu } from 'radix-ui'
import { useState } from 'react'

import { Trouble } from '../parts/trouble.tsx'
import { download } from '../wire/request.ts'
import { withSeen } from '../wire/seen.ts'
import { type PostingsView, postingsQuery } from './postings-view.ts'

const FORMS = [
  ['csv', 'CSV, for a spreadsheet'],
  ['ndjson', 'NDJSON, a line for each posting'],
] as const

/** Downloads exactly the postings that the filters show. */
export function ExportMenu({ view }: { view: PostingsView }) {
  const [state, setState] = useState<'idle' | 'busy' | { readonly error: unknown }>('idle')
  const save = async (format: 'csv' | 'ndjson') => {
    setState('busy')
    try {
      // The byte order mark is what tells Excel that a CSV is UTF-8.
      const form = format === 'csv' ? { format, bom: '1' } : { format }
      const query = withSeen({ ...postingsQuery(view), ...form })
      await download(`/api/postings?${query}`, `postings.${format}`)
      setState('idle')
    } catch (error) {
      setState({ error })
    }
  }
  return (
    <>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger className="button button-quiet text-sm" disabled={state === 'busy'}>
          {state === 'busy' ? 'Exporting…' : 'Export'}
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content align="end" sideOffset={6} className="menu">
            {FORMS.map(([format, label]) => (
              <DropdownMenu.Item
                key={format}
                className="menu-item"
                onSelect={() => void save(format)}
              >
                {label}
              </DropdownMenu.Item>
            ))}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {typeof state === 'object' && (
        <Trouble title="The postings were not exported" error={state.error} />
      )}
    </>
  )
}
