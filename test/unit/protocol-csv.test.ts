import { array, assert, oneof, property, string, stringMatching } from 'fast-check'
import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'

import { CSV_MARK, csvRow, csvTable, textOfCell } from '../../src/protocol/csv.ts'

describe('a CSV', () => {
  it('has each value in its cell, whatever is in the value', () => {
    const text = oneof(string({ unit: 'binary' }), stringMatching(/^'{0,3}[=@a]$/))
    assert(
      property(array(text, { minLength: 2, maxLength: 5 }), (cells) => {
        const { data } = Papa.parse<string[]>(csvRow(cells), { newline: '\r\n', delimiter: ',' })
        expect(data[0]?.map(textOfCell)).toEqual(cells)
      }),
    )
  })

  it.each(['=1+1', '+49 30', '-1', '@cell', '\t=1', '＝1', "'=1"])(
    'has no formula for “%s”',
    (value) => {
      expect(Papa.parse(csvRow([value, 3])).data[0]).toEqual([`'${value}`, '3'])
    },
  )

  it('names its columns once, and is read as UTF-8', () => {
    const table = csvTable([
      { name: 'Müller, KG', open: 3 },
      { name: 'He said "no"', open: null },
    ])
    expect(table).toBe(`${CSV_MARK}name,open\r\n"Müller, KG",3\r\n"He said ""no""",\r\n`)
    expect(csvTable([])).toBe(CSV_MARK)
  })
})
