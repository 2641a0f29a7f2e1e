import { getRouteApi } from '@tanstack/react-router'

import { MatterId } from '../../src/protocol/matter.ts'
import { Screen } from '../parts/screen.tsx'
import { DocumentsScreen } from './documents-screen.tsx'
import { Matters } from './matters.tsx'

const matters = getRouteApi('/framed/pages/matters')
const matter = getRouteApi('/framed/pages/matters/$matter')

/** The list of matters, or the matter that the query names. A browser removes names such as ".." from a path. */
export function MattersRoute() {
  const { name = '' } = matters.useSearch()
  if (name !== '') return <DocumentsScreen key={name} asked={{ matter: name }} />
  return (
    <Screen title="Matters">
      <Matters />
    </Screen>
  )
}

/** A matter by its id, or by its name, which links of an earlier version have. */
export function MatterRoute() {
  const { matter: named } = matter.useParams()
  const { success, data } = MatterId.safeParse(named)
  return <DocumentsScreen key={named} asked={success ? { matter_id: data } : { matter: named }} />
}
