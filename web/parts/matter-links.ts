import type { LinkProps } from '@tanstack/react-router'
import { createContext, use } from 'react'

/** The matter of a shared link, and the link's token. */
export type SharedMatter = { readonly matter_id: string; readonly token: string }

/** Undefined: the pages show the matters of the person who has signed in. */
export const SharedMatterOfPage = createContext<SharedMatter | undefined>(undefined)

/** A place in a document, and the question whose hits lead there. */
type DocumentPlace = {
  readonly document_id: string
  readonly q?: string
  readonly page?: number | null
  readonly passage?: number | undefined
}

/**
 * Returns the function that makes the address of a document. Every address of a shared matter has the token in its hash, so
 * that a refresh and another tab still have the token; the passage, which is no secret, goes into the query.
 */
export function useDocumentLink(): (place: DocumentPlace) => LinkProps {
  const shared = use(SharedMatterOfPage)
  return ({ document_id, q = '', page = null, passage }) => {
    const search = {
      ...(q !== '' && { q }),
      ...(page !== null && { page: String(page) }),
    }
    if (shared === undefined)
      return {
        to: '/read/$document_id',
        params: { document_id },
        search,
        hash: passage === undefined ? '' : `passage-${passage}`,
      }
    const { matter_id, token } = shared
    return {
      to: '/watch/matters/$matter_id/$document_id',
      params: { matter_id, document_id },
      search: { ...search, ...(passage !== undefined && { passage: String(passage) }) },
      hash: token,
    }
  }
}

/** Returns the address of a matter, with the question that was asked there. */
export function useMatterLink(matter_id: string, q: string): LinkProps {
  const shared = use(SharedMatterOfPage)
  if (shared === undefined)
    return { to: '/matters/$matter', params: { matter: matter_id }, search: { q } }
  return {
    to: '/watch/matters/$matter_id',
    params: { matter_id: shared.matter_id },
    search: { q },
    hash: shared.token,
  }
}
