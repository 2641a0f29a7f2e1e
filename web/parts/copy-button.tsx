import { type ReactNode, useState } from 'react'

const SMALL =
  'cursor-pointer rounded-md border border-line bg-surface px-2 py-0.5 text-sm text-ink hover:bg-sunken'

type CopyButtonProps = { text: string; children: ReactNode; className?: string }

/** Copies a text, and says so. Small enough to stand in a line of text, unless another look is given. */
export function CopyButton({ text, children, className = SMALL }: CopyButtonProps) {
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setState('copied')
    } catch {
      // A browser may keep the clipboard from a page.
      setState('refused')
    }
  }
  return (
    <button type="button" className={className} onClick={() => void copy()}>
      {state === 'idle' && children}
      {state === 'copied' && 'Copied'}
      {state === 'refused' && 'Could not copy'}
    </button>
  )
}
