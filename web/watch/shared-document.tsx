import { getRouteApi } from '@tanstack/react-router'

import { ReaderScreen } from '../reader/reader-screen.tsx'

const route = getRouteApi('/watch/matters/$matter_id/$document_id')

/** A document of the shared matter. */
export function SharedDocument() {
  const { document_id } = route.useParams()
  return <ReaderScreen key={document_id} document_id={document_id} />
}
