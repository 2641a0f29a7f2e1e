import { assert, constantFrom, oneof, option, property, record, string } from 'fast-check'
import { describe, expect, test } from 'vitest'

import { ListedStatus } from '../../src/protocol/run.ts'
import { readSearch, writeSearch } from '../../web/frame/search-text.ts'
import { searchOf, viewOf } from '../../web/parts/view.ts'
import { RunsView } from '../../web/runs/runs-view.ts'

/** Any text, with the signs that an address treats apart among it. */
const text = oneof(
  string({ unit: 'grapheme' }),
  string({ unit: constantFrom('&', '=', '+', '%', '#', '?', ' ', ',', '/', '"', 'ü') }),
)

const runs = record({
  status: option(constantFrom(...ListedStatus.options), { nil: undefined }),
  q: text,
  group: text,
  label: text,
  pipeline: text,
})

describe('the address of a page', () => {
  test('restores the view that was left, whatever a person typed', () => {
    assert(
      property(runs, (view) => {
        const address = writeSearch(searchOf(RunsView, view))
        expect(viewOf(RunsView, readSearch(address))).toEqual(view)
      }),
    )
  })

  test('has nothing of what is as usual', () => {
    expect(writeSearch(searchOf(RunsView, viewOf(RunsView, {})))).toBe('')
  })

  test('takes a broken value for none', () => {
    const view = viewOf(RunsView, readSearch('?status=nonsense&q=a%2&group=&other=1&q=b'))
    expect(view).toEqual({ status: undefined, q: 'b', group: '', label: '', pipeline: '' })
  })
})
