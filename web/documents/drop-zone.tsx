import { useEffect, useEffectEvent, useState } from 'react'

type DropZoneProps = { onFiles: (files: readonly File[]) => void }

/**
 * The field in which files are chosen. Files can be dropped anywhere on the page, because a browser would
 * leave the page for a file that is dropped beside the field.
 */
export function DropZone({ onFiles }: DropZoneProps) {
  const over = useDrops(onFiles)
  return (
    <label
      className={`panel relative flex flex-col items-center gap-1 border-2 border-dashed p-6 text-center focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent hover:bg-sunken ${over ? 'border-accent bg-sunken' : ''}`}
    >
      <span className="text-lg font-semibold">Drop files here, or choose them</span>
      <span className="text-sm text-muted">
        PDF, Word, Excel, PowerPoint, OpenDocument, EPUB, RTF, CSV, mail (.eml, .msg), PNG, JPEG,
        TIFF, GIF, WebP, HTML, XML, Markdown or text
      </span>
      <input
        type="file"
        multiple
        className="absolute inset-0 cursor-pointer opacity-0"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])]
          event.target.value = ''
          if (files.length > 0) onFiles(files)
        }}
      />
    </label>
  )
}

/** Takes files that are dropped on the page. Returns whether a person holds something over the page. */
function useDrops(onFiles: DropZoneProps['onFiles']): boolean {
  const [over, setOver] = useState(false)
  const drop = useEffectEvent((files: readonly File[]) => {
    setOver(false)
    if (files.length > 0) onFiles(files)
  })
  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    addEventListener('dragover', (event) => holdFiles(event, setOver), { signal })
    addEventListener('dragleave', (event) => event.relatedTarget ?? setOver(false), { signal })
    addEventListener(
      'drop',
      (event) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        drop([...(event.dataTransfer?.files ?? [])])
      },
      { signal },
    )
    return () => controller.abort()
  }, [])
  return over
}

function holdFiles(event: DragEvent, setOver: (over: boolean) => void): void {
  if (!hasFiles(event)) return
  event.preventDefault()
  setOver(true)
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') === true
}
