import { type ReactNode, useId, useImperativeHandle, useRef, type Ref } from 'react'

export type ModalHandle = { readonly open: () => void; readonly close: () => void }

type ModalProps = {
  ref: Ref<ModalHandle>
  title: string
  children: ReactNode
  /** What it shows grows while the dialog is open, so that its head stays where it is. */
  grows?: boolean
  onClose?: () => void
}

/** A dialog that holds the focus until it is closed: the browser's own, which writes no style element. */
export function Modal({ ref, title, children, grows = false, onClose }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useImperativeHandle(ref, () => ({
    open: () => dialog.current?.showModal(),
    close: () => dialog.current?.close(),
  }))
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      className={`panel w-[min(32rem,calc(100vw-2rem))] space-y-4 p-5 text-ink ${grows ? 'mx-auto mt-[10dvh] mb-auto' : 'm-auto'}`}
      onClose={onClose}
    >
      <h2 id={id} className="text-lg font-bold wrap-anywhere">
        {title}
      </h2>
      {children}
    </dialog>
  )
}
