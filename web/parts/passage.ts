import { useLocation } from '@tanstack/react-router'

/** Reads the number of the passage that the hash of an address names. */
export function passageIn(hash: string | undefined): number | undefined {
  const n = /^#?passage-(\d{1,7})$/.exec(hash ?? '')?.[1]
  return n === undefined ? undefined : Number(n)
}

/** The passage that the address names: in its hash or, where the hash is the token of a shared link, in its query. */
export function useShownPassage(): number | undefined {
  return useLocation({
    select: ({ hash, search }) => passageIn(hash) ?? passageIn(`passage-${search['passage']}`),
  })
}
