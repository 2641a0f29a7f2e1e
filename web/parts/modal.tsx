import { type ReactNode, useId, useImperativeHandle, useRef, type Ref } from 'react'

export type ModalHandle = { readonly open: () => void; readonly close: () => void }

type ModalProps = {
  ref: Ref<ModalHandle>
  title: string
  children: ReactNode
  onClose?: () => void
}

/** A dialog that holds the focus until it is closed: the browser's own, which writes no style element. */
export function Modal({ ref, title, children, onClose }: ModalProps) {
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
      className="panel m-auto w-[min(32rem,calc(100vw-2rem))] space-y-4 p-5 text-ink"
      onClose={onClose}
    >
      <h2 id={id} className="text-lg font-bold wrap-anywhere">
        {title}
      </h2>
      {children}
    </dialog>
  )
}
