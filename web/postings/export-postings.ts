import type { ExportFormat } from '../parts/export-menu.tsx'
import { download } from '../wire/request.ts'
import { withSeen } from '../wire/seen.ts'
import { type PostingsView, postingsQuery } from './postings-view.ts'

/** Downloads exactly the postings that the filters show. */
export function exportPostings(view: PostingsView, format: ExportFormat): Promise<void> {
  // The byte order mark is what tells Excel that a CSV is UTF-8.
  const form = format === 'csv' ? { format, bom: '1' } : { format }
  const query = withSeen({ ...postingsQuery(view), ...form })
  return download(`/api/postings?${query}`, `postings.${format}`)
}
