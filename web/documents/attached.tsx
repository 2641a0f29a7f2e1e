import { Link } from '@tanstack/react-router'

import type { DocumentView } from '../../src/protocol/document.ts'
import { useDocumentLink } from '../parts/matter-links.ts'

/** Links a document to the message that it is attached to, and a message to what is attached to it. */
export function Attached({ document }: { document: Pick<DocumentView, 'parent' | 'children'> }) {
  const { parent, children = [] } = document
  if (parent === undefined && children.length === 0) return null
  return (
    <div className="panel space-y-1 p-5 wrap-anywhere" data-testid="attached">
      {parent !== undefined && (
        <p>
          Attached to <DocumentLink {...parent} />
        </p>
      )}
      {children.length > 0 && (
        <>
          <p id="attached-files">Attached files</p>
          <ul aria-labelledby="attached-files" className="list-disc pl-5">
            {children.map(({ document_id, name, status }) => (
              <li key={document_id}>
                {status === 'ready' ? <DocumentLink {...{ document_id, name }} /> : name}
                {status === 'failed' && ' (could not be read)'}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

function DocumentLink({ document_id, name }: { document_id: string; name: string }) {
  const linkTo = useDocumentLink()
  return (
    <Link {...linkTo({ document_id })} className="text-accent underline">
      {name}
    </Link>
  )
}
