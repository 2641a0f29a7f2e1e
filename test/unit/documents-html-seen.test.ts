import { describe, expect, test } from 'vitest'

import { utf8 } from '../support/documents/plain-files.ts'
import { read } from '../support/documents/reading.ts'
import { processorMs } from '../support/processor-time.ts'

async function textOf(body: string): Promise<string> {
  const page = `<!doctype html><html><head><title>x</title></head><body>${body}</body></html>`
  return (await read(utf8(page), 'a.html')).text
}

const math = (inner: string) => `<p>It is <math>${inner}</math>.</p>`

describe('a formula of a page', () => {
  test.each([
    ['<mfrac><mn>1</mn><mn>2</mn></mfrac>', '1/2'],
    ['<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mi>c</mi></mfrac>', '(a+b)/c'],
    ['<msup><mi>x</mi><mn>2</mn></msup><mo>+</mo><msqrt><mi>y</mi></msqrt>', 'x²+√y'],
    ['<msub><mi>x</mi><mn>1</mn></msub><mo>+</mo><msub><mi>x</mi><mi>max</mi></msub>', 'x1+x_max'],
    ['<msubsup><mi>a</mi><mrow><mi>i</mi><mi>j</mi></mrow><mi>kt</mi></msubsup>', 'a_ij^(kt)'],
    ['<mi>x</mi><mtext> where </mtext><mi>y</mi>', 'x where y'],
    ['<mi>sin</mi><mo>&#x2061;</mo><mi>t</mi><mo>&#x2062;</mo><mi>u</mi>', 'sin tu'],
    ['<mrow><mspace width="1em"/><mi>x</mi><mo>=</mo><mn>3</mn></mrow>', 'x=3'],
    [
      '<semantics><mi>x</mi><annotation encoding="application/x-tex">\\xi</annotation></semantics>',
      'x',
    ],
    // The ends of inner parts may be missing.
    ['<mrow><mi>x<mo>=<mn>3</mrow>', 'x=3'],
    [`${'<mrow>'.repeat(300)}<mi>x</mi>${'</mrow>'.repeat(300)}`, 'x'],
  ])('shows its signs on one line: %s', async (inner, shown) => {
    expect(await textOf(math(inner))).toBe(`It is ${shown}.`)
  })

  test('is shown if the page never ends it', async () => {
    expect(await textOf('<p>It is <math><mi>x</mi><mo>=</mo><mn>3')).toBe('It is x=3')
  })
})

const manyRows = (span: string) =>
  `<table><tr>${`<td ${span}>x`.repeat(2_000)}${'<tr><td>y'.repeat(40_000)}</table>`

describe('a table of a page', () => {
  test.each([
    ['<tr><td rowspan=2>Ann<td>10<tr><td>20<tr><td>Bob<td>30', 'Ann\t10\n\t20\nBob\t30'],
    [
      '<tr><td>Ann<td rowspan=3>Dues<td>1<tr><td>Bob<td>2<tr><td>Cid<td>3',
      'Ann\tDues\t1\nBob\t\t2\nCid\t\t3',
    ],
    ['<tr><th rowspan=2 colspan=2>AB<th>C<tr><td>D<tr><td>1<td>2<td>3', 'AB\tC\n\t\tD\n1\t2\t3'],
    ['<tr><td rowspan=0>a<td>b<tr><td rowspan=-1>c<td rowspan=x>d', 'a\tb\nc\td'],
    ['<tr><td rowspan=2>a<td><table><tr><td>in<td>ner</table><tr><td>b', 'a\nin\tner\n\n\tb'],
  ])('keeps its columns apart where a cell has several rows: %s', async (rows, shown) => {
    expect(await textOf(`<table>${rows}</table>`)).toBe(shown)
  })

  test('takes no longer for cells of very many rows', async () => {
    const usual = await processorMs(() => textOf(manyRows('')))
    const spanned = await processorMs(() => textOf(manyRows('rowspan=65534')))
    expect(spanned).toBeLessThan(5 * usual + 500)
  })
})

test.each([
  ['before<img src=x alt="a seal">after', 'before a seal after'],
  ['<img src=x alt="one"><img src=y alt="two">.', 'one two.'],
  ['(<img src=x alt="the seal">)', '(the seal)'],
  // The first letter of a word may be a picture.
  ['<img src=x alt="T">he harbour', 'The harbour'],
  ['See <img src=x alt=" the seal "> here', 'See the seal here'],
])('the words of a picture stand apart from those beside it: %s', async (body, shown) => {
  expect(await textOf(`<p>${body}</p>`)).toBe(shown)
})
