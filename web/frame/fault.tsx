import type { ErrorComponentProps } from '@tanstack/react-router'

import { Screen } from '../parts/screen.tsx'
import { Trouble } from '../parts/trouble.tsx'

/** Shown in the place of a page that failed. A new deployment may have taken away the code of an open page. */
export function Fault({ error }: ErrorComponentProps) {
  return (
    <Screen title="This page failed">
      <Trouble title="Load the page again" error={error} onRetry={() => location.reload()} />
    </Screen>
  )
}
