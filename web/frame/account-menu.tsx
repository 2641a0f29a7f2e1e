import { DropdownMenu } from 'radix-ui'

import { Icon } from '../parts/icon.tsx'
import { queryClient } from '../wire/query-client.ts'
import { signOut } from '../wire/token-need.ts'
import { subjectName } from '../wire/token.ts'
import { chooseTheme, type Theme, useTheme } from './theme.ts'

const THEMES = [
  ['light', 'Light'],
  ['dark', 'Dark'],
  ['system', 'Like the system'],
] as const satisfies readonly (readonly [Theme, string])[]

/** Who is signed in, the colours of the page, and the way out. */
export default function AccountMenu() {
  const theme = useTheme()
  return (
    // A modal menu would write a style element, which the Content-Security-Policy forbids.
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        aria-label="Account"
        className="grid size-9 cursor-pointer place-items-center rounded-full border border-line hover:bg-sunken"
      >
        <Icon name="person" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={6} className="menu">
          <DropdownMenu.Label className="px-2.5 py-1.5 text-sm text-muted">
            Signed in as{' '}
            <span className="font-semibold wrap-anywhere text-ink">
              {subjectName() ?? 'nobody yet'}
            </span>
          </DropdownMenu.Label>
          <DropdownMenu.Separator className="my-1 border-t border-line" />
          <DropdownMenu.RadioGroup value={theme} aria-label="Colours">
            {THEMES.map(([value, label]) => (
              <DropdownMenu.RadioItem
                key={value}
                value={value}
                className="menu-item"
                onSelect={() => chooseTheme(value)}
              >
                <span className="w-5">
                  <DropdownMenu.ItemIndicator>
                    <Icon name="done" className="size-4" />
                  </DropdownMenu.ItemIndicator>
                </span>
                {label}
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
          <DropdownMenu.Separator className="my-1 border-t border-line" />
          <DropdownMenu.Item className="menu-item" onSelect={leave}>
            Sign out
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

/** Forgets the token, and all that was loaded with it. */
function leave(): void {
  signOut()
  queryClient.clear()
}
