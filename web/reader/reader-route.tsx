import { getRouteApi } from '@tanstack/react-router'

import { ReaderScreen } from './reader-screen.tsx'

const route = getRouteApi('/framed/pages/read/$document_id')

export function ReaderRoute() {
  const { document_id } = route.useParams()
  return <ReaderScreen key={document_id} document_id={document_id} />
}
