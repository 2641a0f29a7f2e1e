import { Link } from '@tanstack/react-router'

import { Screen } from '../parts/screen.tsx'

export function NoSuchPage() {
  return (
    <Screen title="No such page">
      <p>
        There is no page at this address.{' '}
        <Link to="/" className="font-semibold text-accent underline">
          Go to the start
        </Link>
      </p>
    </Screen>
  )
}
