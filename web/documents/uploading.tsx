import { Trouble } from '../parts/trouble.tsx'
import { countOf } from '../parts/words.ts'
import type { useUploads } from './uploads.ts'

/** Shows the running uploads, the failed ones, and files that the matter already had. */
export function Uploading({ uploads }: { uploads: ReturnType<typeof useUploads>[0] }) {
  const { waiting, known, failed } = uploads
  return (
    <>
      <output className={waiting > 0 ? 'block font-semibold' : 'sr-only'}>
        {waiting > 0 && `Uploading ${countOf(waiting, 'file')}…`}
      </output>
      {failed.map(({ names, error }) => (
        <Trouble key={names.join('/')} title={`Not uploaded: ${names.join(', ')}`} error={error} />
      ))}
      {known.length > 0 && (
        <output className="block rounded-lg bg-sunken p-3 wrap-anywhere">
          Already in this matter, with the same content: {known.join(', ')}
        </output>
      )}
    </>
  )
}
