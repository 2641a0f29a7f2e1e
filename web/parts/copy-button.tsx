import { type ReactNode, useState } from 'react'

/** Copies a text, and says so. */
export function CopyButton({ text, children }: { text: string; children: ReactNode }) {
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
    <button
      type="button"
      className="cursor-pointer rounded-md border border-line bg-surface px-2 py-0.5 text-sm text-ink hover:bg-sunken"
      onClick={() => void copy()}
    >
      {state === 'idle' && children}
      {state === 'copied' && 'Copied'}
      {state === 'refused' && 'Could not copy'}
    </button>
  )
}
