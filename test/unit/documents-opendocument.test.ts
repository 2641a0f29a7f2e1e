import { describe, expect, test } from 'vitest'

import { documentKind } from '../../src/pipelines/documents/read/document-kind.ts'
import { openDocument } from '../support/documents/packages.ts'
import { failureOf, read } from '../support/documents/reading.ts'
import { TOLD } from '../support/documents/unreadable.ts'

function odt(body: string, more: { automatic?: string; styles?: string } = {}) {
  return openDocument({ kind: 'text', body, ...more })
}

const p = (words: string, attributes = '') => `<text:p ${attributes}>${words}</text:p>`
const item = (words: string, attributes = '') =>
  `<text:list-item ${attributes}>${p(words)}</text:list-item>`

const NUMBERS = `<text:list-style style:name="L">
  <text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
  <text:list-level-style-number text:level="2" style:num-format="a" style:num-prefix="(" style:num-suffix=")"/>
  <text:list-level-style-number text:level="3" style:num-format="1" style:num-suffix="." text:display-levels="3"/>
</text:list-style>`

const OUTLINE = `<text:outline-style>
  <text:outline-level-style text:level="1" style:num-format="I" style:num-suffix="."/>
  <text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/>
</text:outline-style>`

const textStyle = (name: string, position: string) =>
  `<style:style style:name="${name}" style:family="text"><style:text-properties style:text-position="${position}"/></style:style>`
const span = (name: string, text: string) =>
  `<text:span text:style-name="${name}">${text}</text:span>`

test('raised digits after a digit are no digits of its number', async () => {
  const automatic =
    textStyle('U', 'super 58%') + textStyle('V', '33% 58%') + textStyle('D', 'sub 58%')
  const body = `<text:p>Art. 12${span('U', '2')} and 10${span('V', '-3')}, H${span('D', '2')}O 1${span('D', '2')}</text:p><text:p>5</text:p><text:p>${span('U', '1')} A note</text:p>`
  const { text } = await read(odt(body, { automatic }), 'a.odt')
  expect(text.split(/\n+/)).toEqual(['Art. 12² and 10⁻³, H2O 12', '5', '1 A note'])
})

describe('an OpenDocument text', () => {
  test('has its headings with their numbers', async () => {
    const body = `<text:h text:outline-level="1">Scope</text:h>${p('One')}<text:h text:outline-level="2">Goods</text:h>
      <text:h text:outline-level="1" text:is-list-header="true">Free</text:h><text:h text:outline-level="1">Term</text:h>${p('Two')}`
    const { text, headings, title, unpaged } = await read(odt(body, { styles: OUTLINE }), 'a.odt')
    expect(text).toBe('I. Scope\n\nOne\n\nI.1 Goods\n\nFree\n\nII. Term\n\nTwo')
    expect(headings.map(({ level }) => level)).toEqual([1, 2, 1, 1])
    expect(title).toBe('The title')
    expect(unpaged).toBe(true)
  })

  test.each([
    [
      'levels',
      `<text:list text:style-name="L">${item('a')}<text:list-item>${p('b')}<text:list>${item('x')}<text:list-item>${p('y')}<text:list>${item('z')}</text:list></text:list-item></text:list></text:list-item>${item('c')}</text:list>`,
      '1. a\n2. b\n(a) x\n(b) y\n2.b.1. z\n3. c',
    ],
    [
      'a start of its own',
      `<text:list text:style-name="L">${item('a', 'text:start-value="7"')}${item('b')}</text:list>`,
      '7. a\n8. b',
    ],
    [
      'a list that goes on',
      `<text:list text:style-name="L">${item('a')}</text:list>${p('Words')}<text:list text:style-name="L" text:continue-numbering="true">${item('b')}</text:list><text:list text:style-name="L">${item('c')}</text:list>`,
      '1. a\n\nWords\n2. b\n1. c',
    ],
    [
      'a list that a named one goes on with',
      `<text:list xml:id="l1" text:style-name="L">${item('a')}</text:list><text:list text:style-name="L">${item('x')}</text:list><text:list text:continue-list="l1" text:style-name="L">${item('b')}</text:list>`,
      '1. a\n1. x\n2. b',
    ],
    [
      'an item of two paragraphs',
      `<text:list text:style-name="L"><text:list-item>${p('a')}${p('more')}</text:list-item>${item('b')}</text:list>`,
      '1. a\nmore\n2. b',
    ],
  ])('numbers %s', async (_, body, shown) => {
    expect((await read(odt(body, { automatic: NUMBERS }), 'a.odt')).text).toBe(shown)
  })

  test('has all that is seen, and names the rest', async () => {
    const styles = `<style:style style:name="gone"><style:text-properties text:display="none"/></style:style>
      <style:style style:name="kept" style:parent-style-name="none"/>
      <office:master-styles><style:master-page><style:header>${p('Harbour Ltd.')}</style:header>
      <style:footer>${p('Page <text:page-number>1</text:page-number> of 2')}</style:footer></style:master-page></office:master-styles>`
    const body = `<office:forms><form:form><form:checkbox form:id="c1" form:label="agreed" form:current-state="checked"/>
      <form:listbox form:id="c2"><form:option form:label="no"/><form:option form:label="yes" form:current-selected="true"/></form:listbox></form:form></office:forms>
      <text:tracked-changes><text:changed-region><text:deletion>${p('deleted')}</text:deletion></text:changed-region></text:tracked-changes>
      ${p('A<text:s text:c="2"/>B<text:tab/>C<text:line-break/>D<text:span text:style-name="gone">hidden</text:span>')}
      ${p('<draw:control draw:control="c1"/> <draw:control draw:control="c2"/>')}
      ${p('Noted<text:note><text:note-citation>7</text:note-citation><text:note-body>' + p('The note.') + '</text:note-body></text:note> here<office:annotation>' + p('comment') + '</office:annotation>.')}
      ${p('Before<draw:frame><draw:text-box>' + p('In the box') + '</draw:text-box></draw:frame> after')}
      ${p('<draw:frame><draw:image/><svg:desc>A map</svg:desc></draw:frame><draw:frame><draw:object/></draw:frame>')}
      <table:table><table:table-row><table:table-cell>${p('Fee')}</table:table-cell><table:table-cell>${p('EUR 20')}</table:table-cell><table:covered-table-cell/></table:table-row></table:table>`
    const { text, notices } = await read(odt(body, { styles }), 'a.odt')
    expect(text).toBe(`Harbour Ltd.

A B C
D

☒ agreed yes

Noted[1] here.

Before after

In the box

A map

Fee\tEUR 20

[1] The note.`)
    expect(notices?.map(({ code, count }) => [code, count])).toEqual([
      ['hidden_text_left_out', 1],
      ['embedded_left_out', 1],
      ['comments_left_out', 1],
    ])
  })

  test('has the pages that it shows', async () => {
    const automatic =
      '<style:style style:name="b"><style:paragraph-properties fo:break-before="page"/></style:style>'
    const soft = p('One<text:soft-page-break/>two')
    const { pages, unpaged, text } = await read(
      odt(soft + p('three', 'text:style-name="b"'), { automatic }),
      'a.odt',
    )
    expect(text).toBe('Onetwo\n\nthree')
    expect(pages.map(({ page, start }) => [page, start])).toEqual([
      [1, 0],
      [2, 3],
      [3, 8],
    ])
    expect(unpaged).toBeUndefined()
  })

  test.each([
    ['no_text', 'without text', odt(p(''))],
    ['damaged', 'cut off', odt(p('words')).subarray(0, 500)],
    [
      'encrypted',
      'protected',
      openDocument({
        kind: 'text',
        body: p('x'),
        more: { 'META-INF/manifest.xml': '<m><manifest:encryption-data/></m>' },
      }),
    ],
    ['zip_bomb', 'that unpacks to far more', odt(p(' '.repeat(60_000_000)))],
  ])('is refused as %s %s', async (code, _, bytes) => {
    const failure = await failureOf(bytes, 'a.odt')
    expect(failure?.code).toBe(code)
    expect(failure?.message).toMatch(TOLD)
  })

  test('is told by its media type', () => {
    expect(documentKind(odt(p('x')), 'a')).toBe('odt')
  })
})
