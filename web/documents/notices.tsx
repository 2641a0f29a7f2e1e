import type { DocumentNotice } from '../../src/protocol/document.ts'

/** Says what the text of a document lacks of its file. */
export function Notices({ notices }: { notices: readonly DocumentNotice[] }) {
  if (notices.length === 0) return null
  return (
    <ul className="panel space-y-1 p-5" data-testid="notices">
      {notices.map(({ code, message }) => (
        <li key={code} className="wrap-anywhere">
          {message}
        </li>
      ))}
    </ul>
  )
}
