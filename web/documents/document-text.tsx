import type { ChunkView } from '../../src/protocol/document.ts'
import { useShownPassage } from '../parts/passage.ts'

type DocumentTextProps = { chunks: readonly ChunkView[] }

/** A document's passages in order. */
export function DocumentText({ chunks }: DocumentTextProps) {
  const meant = useShownPassage()
  return (
    <div className="panel max-w-[75ch] space-y-4 p-5">
      {chunks.map((chunk, i) => (
        <Passage key={chunk.n} {...{ chunk }} before={chunks[i - 1]} isMeant={chunk.n === meant} />
      ))}
    </div>
  )
}

type PassageProps = { chunk: ChunkView; before: ChunkView | undefined; isMeant: boolean }

/** A passage. Leaves out its beginning that overlaps with the passage before. */
function Passage({ chunk, before, isMeant }: PassageProps) {
  const { n, start, page } = chunk
  const text = chunk.text.slice(Math.max(0, (before?.end ?? 0) - start))
  return (
    <>
      {page !== null && page !== before?.page && (
        <h2 className="border-t border-line pt-2 text-sm font-semibold text-muted first:border-t-0 first:pt-0">
          Page {chunk.places?.[0]?.label ?? page}
        </h2>
      )}
      <p
        id={`passage-${n}`}
        {...(isMeant ? { tabIndex: -1, 'aria-current': true } : {})}
        className={`whitespace-pre-wrap wrap-anywhere ${isMeant ? 'rounded-lg bg-skipped-soft p-3 text-skipped-ink' : ''}`}
      >
        {text.trim()}
      </p>
    </>
  )
}
