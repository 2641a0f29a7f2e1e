import { describe, expect, test } from 'vitest'

import { read } from '../support/documents/reading.ts'

const rtf = (body: string) =>
  new Uint8Array(Buffer.from(String.raw`{\rtf1\ansi\deff0{\fonttbl{\f0 Arial;}}${body}}`, 'latin1'))

async function linesOf(body: string): Promise<readonly string[]> {
  return (await read(rtf(body), 'a.rtf')).text.split(/\n+/)
}

const LISTS = String.raw`{\*\listtable
{\list{\listlevel\levelnfc0\levelstartat1{\leveltext\'02\'00.;}{\levelnumbers\'01;}}
{\listlevel\levelnfc4\levelstartat1{\leveltext\'02\'01);}{\levelnumbers\'01;}}{\listname ;}\listid100}
{\list{\listlevel\levelnfc23{\leveltext\'01\u-3913 ?;}{\levelnumbers;}\f1}\listid200}
{\list{\listlevel\levelnfc1\levelstartat3{\leveltext\'0aArticle \'00.;}{\levelnumbers\'09;}}
{\listlevel\levelnfc0\levellegal1{\leveltext\'03\'00.\'01;}{\levelnumbers\'01\'03;}}\listid300}}
{\*\listoverridetable{\listoverride\listid100\listoverridecount0\ls1}{\listoverride\listid200\ls2}
{\listoverride\listid300\ls3}
{\listoverride\listid100\listoverridecount1{\lfolevel\listoverridestartat\levelstartat7}\ls4}}`

describe('the numbers of lists in an RTF', () => {
  test('are counted where the program left that to the reader', async () => {
    const body = String.raw`\pard\ls1\ilvl0 One\par Two\par\pard\ls1\ilvl1 Deep\par Deeper\par\pard\ls1 Three\par
\pard\ls2 Point\par\pard\ls3\ilvl0 First\par\pard\ls3\ilvl1 Second\par\pard\ls4 Seven\par\pard Plain\par`
    expect(await linesOf(LISTS + body)).toEqual([
      '1. One',
      '2. Two',
      'a) Deep',
      'b) Deeper',
      '3. Three',
      '• Point',
      'Article III. First',
      '3.1 Second',
      '7. Seven',
      'Plain',
    ])
  })

  test('are those that the file has as text, and others count on from them', async () => {
    const body = String.raw`\pard\ls1{\listtext 1.\tab}One\par{\*\listtext 2.\tab}Two\par Three\par
\pard{\pntext 5)\tab}{\*\pn\pnlvlbody\pndec{\pntxta )}}Five\par`
    expect(await linesOf(LISTS + body)).toEqual(['1. One', '2. Two', '3. Three', '5) Five'])
  })

  test('stay short, whatever a table says of them', async () => {
    const label = String.raw`{\*\listtable{\list{\listlevel\levelnfc0{\leveltext\'02${'x'.repeat(100_000)};}}\listid1}}{\*\listoverridetable{\listoverride\listid1\ls1}}`
    const [line = ''] = await linesOf(`${label}${String.raw`\pard\ls1 One\par`}`)
    expect(line.length).toBeLessThan(300)
  })
})

const row = (one: string, other: string) =>
  String.raw`\pard\intbl\itap2 ${one}\nestcell{\nonesttables\par}\pard\intbl\itap2 ${other}\nestcell{\nonesttables\par}
{\*\nesttableprops\trowd\cellx1000\cellx2000\nestrow}{\nonesttables\par}`

test('a table within a cell of an RTF has its rows', async () => {
  const body = String.raw`\trowd\cellx3000\cellx6000\pard\intbl Outer\cell\pard\intbl\itap1 Before\par
${row('N1', 'N2')}${row('N3', 'N4')}\pard\intbl\itap1 After\cell\row
\trowd\cellx3000\cellx6000\pard\intbl A\cell\pard\intbl B\cell\row\pard End\par`
  expect(await linesOf(body)).toEqual(['Outer\tBefore', 'N1\tN2', 'N3\tN4', 'After', 'A\tB', 'End'])
})
