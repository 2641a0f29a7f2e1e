import { createContext } from 'react'

/** Places of the frame that a page fills: its trail, and its connection sign. */
export type PageSlots = { readonly trail: HTMLElement | null; readonly sign: HTMLElement | null }

export const FrameSlots = createContext<PageSlots>({ trail: null, sign: null })
