import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { z } from 'zod'

import type { SearchText } from '../frame/search-text.ts'

/** What an address says of its page: the filters, the open tab and panel. Every value has text as its form. */
type ViewShape = Readonly<Record<string, string | readonly string[] | undefined>>
export type ViewSchema<View extends ViewShape = ViewShape> = z.ZodType<View>

/** Text that an address may hold. */
export const viewText = () => z.string().default('')

/** One of these words. Another one counts as none. */
export function viewChoice<const T extends readonly string[]>(of: T) {
  return z.enum(of).optional().catch(undefined)
}

/** Several of these words, with commas between them. Others are left out. */
export function viewChoices<const T extends readonly string[]>(
  of: T,
  usual: readonly T[number][] = [],
) {
  return z
    .string()
    .default(usual.join(','))
    .transform((text): readonly T[number][] => {
      const given = new Set(text.split(','))
      return of.filter((value) => given.has(value))
    })
}

/** Several codes of two letters, such as those of countries. Other words are left out. */
export const viewCodes = () =>
  z
    .string()
    .default('')
    .transform((text): readonly string[] =>
      [...new Set(text.split(','))].filter((code) => /^[A-Za-z]{2}$/.test(code)).toSorted(),
    )

/** Reads what an address says of its page. */
export function viewOf<View extends ViewShape>(schema: ViewSchema<View>, search: SearchText): View {
  return schema.parse(search)
}

/** Writes a view into the query of an address. What is as usual is left out. */
export function searchOf<View extends ViewShape>(
  schema: ViewSchema<View>,
  view: Partial<View>,
): SearchText {
  const usual: ViewShape = schema.parse({})
  const texts = Object.entries({ ...usual, ...view }).flatMap(([key, value]) => {
    const text = textOf(value)
    return text === textOf(usual[key]) ? [] : [[key, text] as const]
  })
  return Object.fromEntries(texts)
}

function textOf(value: ViewShape[string]): string {
  if (typeof value !== 'object') return value ?? ''
  // An empty value would be left out, which stands for the usual values.
  return value.length === 0 ? 'none' : value.join(',')
}

/** The change of a view. `replace`: without a step in the browser's history, as for each letter of a search. */
export type ChangeView<View> = (change: Partial<View>, replace?: boolean) => void

/** The view of the current address, and the function that changes it. */
export function useView<View extends ViewShape>(
  schema: ViewSchema<View>,
): readonly [View, ChangeView<View>] {
  const search = useSearch({ strict: false })
  const navigate = useNavigate()
  const view = useMemo(() => viewOf(schema, search), [schema, search])
  const change = useCallback<ChangeView<View>>(
    (part, replace = false) => {
      void navigate({
        to: '.',
        search: (now: SearchText) => searchOf(schema, { ...viewOf(schema, now), ...part }),
        hash: true,
        replace,
        resetScroll: false,
      })
    },
    [schema, navigate],
  )
  return [view, change]
}
