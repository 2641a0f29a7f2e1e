import { DropdownMenu } from 'radix-ui'
import { useState } from 'react'

import { Trouble } from './trouble.tsx'

export type ExportFormat = 'csv' | 'ndjson'

type ExportMenuProps = {
  /** One of what is exported, such as `posting`. */
  what: string
  /** Lets the browser save what the page shows. */
  onExport: (format: ExportFormat) => Promise<void>
}

/** Exports exactly what the filters of a page show. */
export function ExportMenu({ what, onExport }: ExportMenuProps) {
  const [state, setState] = useState<'idle' | 'busy' | { readonly error: unknown }>('idle')
  const save = async (format: ExportFormat) => {
    setState('busy')
    try {
      await onExport(format)
      setState('idle')
    } catch (error) {
      setState({ error })
    }
  }
  const item = (format: ExportFormat, label: string) => (
    <DropdownMenu.Item className="menu-item" onSelect={() => void save(format)}>
      {label}
    </DropdownMenu.Item>
  )
  return (
    <>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger className="button button-quiet text-sm" disabled={state === 'busy'}>
          {state === 'busy' ? 'Exporting…' : 'Export'}
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content align="end" sideOffset={6} className="menu">
            {item('csv', 'CSV, for a spreadsheet')}
            {item('ndjson', `NDJSON, a line for each ${what}`)}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {typeof state === 'object' && <Trouble title="Nothing was exported" error={state.error} />}
    </>
  )
}
