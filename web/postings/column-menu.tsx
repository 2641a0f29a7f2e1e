import { DropdownMenu } from 'radix-ui'

import { Icon } from '../parts/icon.tsx'
import type { ChangeView } from '../parts/view.ts'
import { postingColumns } from './posting-columns.tsx'
import { POSTING_COLUMNS, type PostingsView } from './postings-view.ts'

type ColumnMenuProps = { view: PostingsView; change: ChangeView<PostingsView> }

/** Chooses which columns are shown. */
export function ColumnMenu({ view, change }: ColumnMenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="button button-quiet text-sm">Columns</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={6} className="menu">
          {POSTING_COLUMNS.map((id) => (
            <DropdownMenu.CheckboxItem
              key={id}
              checked={view.columns.includes(id)}
              className="menu-item"
              onSelect={(event) => {
                // The menu stays open for another column.
                event.preventDefault()
                change({
                  columns: POSTING_COLUMNS.filter(
                    (one) => (one === id) !== view.columns.includes(one),
                  ),
                })
              }}
            >
              <span className="w-5">
                <DropdownMenu.ItemIndicator>
                  <Icon name="done" className="size-4" />
                </DropdownMenu.ItemIndicator>
              </span>
              {postingColumns.find((column) => column.id === id)?.header}
            </DropdownMenu.CheckboxItem>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
