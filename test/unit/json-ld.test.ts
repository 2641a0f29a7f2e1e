import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { jsonLdOf, nodesOf } from '../../src/pipelines/ingestion/page/json-ld.ts'
import { parseLenient } from '../../src/pipelines/ingestion/page/lenient-json.ts'
import { processorMs } from '../support/processor-time.ts'

function script(text: string, type = 'application/ld+json'): string {
  return `<script type="${type}">${text}</script>`
}

function deep(levels: number): string {
  return `${'['.repeat(levels)}{"@type":"JobPosting"}${']'.repeat(levels)}`
}

function node(title: string): object {
  return { '@type': 'JobPosting', title }
}

function postings(html: string): unknown[] {
  return nodesOf(jsonLdOf(html), 'JobPosting').map(({ title }) => title)
}

describe('the JSON-LD of a page', () => {
  test.each([
    ['another case', '{"@type":"JOBPOSTING","title":"x"}'],
    ['its name with spaces', '{"@type":" JobPosting ","title":"x"}'],
    ['type', '{"type":"JobPosting","title":"x"}'],
    ['prefixed properties', '{"@type":"JobPosting","schema:title":"x"}'],
    ['addresses for properties', '{"@type":"JobPosting","https://schema.org/title":"x"}'],
    ['capital letters', '{"@type":"JobPosting","Title":"x"}'],
    ['a text of JSON', JSON.stringify('{"@type":"JobPosting","title":"x"}')],
    ['a section', '<![CDATA[{"@type":"JobPosting","title":"x"}]]>'],
    ['names without quotes', '{"@type":"JobPosting",title:"x",place : {a:1}}'],
    [
      'another property, if it is the only one',
      '{"@type":"WebPage","about":{"@type":"JobPosting","title":"x"}}',
    ],
  ])('is read with %s', (_, text) => {
    expect(postings(script(text))).toEqual(['x'])
  })

  test.each(['text/ld+json', 'application/ld json', ' application/ld+json '])(
    'is read in a script of the type %s',
    (type) => {
      expect(postings(script('{"@type":"JobPosting","title":"x"}', type))).toEqual(['x'])
    },
  )

  test('keeps a property under its own name', () => {
    const text = '{"@type":"JobPosting","Title":"y","title":"x"}'
    expect(postings(script(text))).toEqual(['x'])
    const several = { '@type': 'WebPage', about: [node('one'), node('two')] }
    expect(postings(script(JSON.stringify(several)))).toEqual([])
  })

  test('comes from all of its blocks, and from no other script', () => {
    const html = `<title>{"a":0}</title>${script('{"a":1}')}${script('{"a":2}', 'text/javascript')}
      <SCRIPT id=x TYPE='Application/LD+JSON; charset=utf-8'>{"a":"</p>&amp;"}</SCRIPT>
      <!-- ${script('{"a":4}')} -->`
    expect(jsonLdOf(html)).toEqual([{ a: 1 }, { a: '</p>&amp;' }])
  })

  test('is read even if one of its blocks is broken', () => {
    expect(jsonLdOf(`${script('{"a":')}${script('')}${script('{"a":2}')}`)).toEqual([{ a: 2 }])
  })

  test.each([
    ['a string', '{"@type":"JobPosting","title":"x"}'],
    ['a list', '{"@type":["Thing","JobPosting"],"title":"x"}'],
    ['an address', '{"@type":"https://schema.org/JobPosting","title":"x"}'],
    ['a prefixed name', '{"@type":"schema:JobPosting","title":"x"}'],
  ])('names its type by %s', (_, text) => {
    expect(postings(script(text))).toEqual(['x'])
  })

  test('has its nodes at the top, in a list, a graph, a page or a list of items', () => {
    const value = [
      node('list'),
      { '@graph': [{ '@type': 'WebPage', mainEntity: node('page') }, node('graph')] },
      { '@type': 'ItemList', itemListElement: [{ '@type': 'ListItem', item: node('item') }] },
      { '@type': 'Organization', jobs: node('elsewhere') },
      { '@type': 'JobPostingX', title: 'other' },
    ]
    expect(postings(script(JSON.stringify(value)))).toEqual(['list', 'page', 'graph', 'item'])
  })

  test('is searched only to a limited depth and size', () => {
    expect(postings(script(deep(20)))).toHaveLength(1)
    expect(postings(script(deep(40)))).toEqual([])
    expect(postings(script(deep(100_000)))).toEqual([])
    const wide = `[${'{"@type":"JobPosting"},'.repeat(15_000)}{}]`
    expect(postings(script(wide))).toHaveLength(15_000)
    expect(postings(script(`[${wide},${wide}]`)).length).toBeLessThan(20_000)
  })
})

describe('JSON as pages have it', () => {
  test.each([
    ['raw line breaks and tabs in strings', '{"a":\n"x\ny\tz\r\n"}', { a: 'x\ny\tz\r\n' }],
    ['a comment around it', '<!-- {"a":1} -->', { a: 1 }],
    ['a CDATA section around it', '//<![CDATA[\n{"a":1}\n//]]>', { a: 1 }],
    ['a CDATA section in comments', '/*<![CDATA[*/{"a":1}/*]]>*/', { a: 1 }],
    ['a semicolon behind it', '{"a":1};\n', { a: 1 }],
    ['trailing commas', '{"a":[1,2, ],"b":",]",\n}', { a: [1, 2], b: ',]' }],
    ['a line break behind a backslash', '{"a":"b\\\nc\\\\"}', { a: 'b\nc\\' }],
    ['comments between fields', '{"a":1, // the role\n"b":2 /* x */}', { a: 1, b: 2 }],
    [
      'an address that looks like a comment',
      '{"a":"https://x.test/", /* x */ "b":2}',
      { a: 'https://x.test/', b: 2 },
    ],
    ['an unknown escape', String.raw`{"a":"You\'ll \_ \x \u0041\/"}`, { a: "You'll _ x A/" }],
    ['raw quotes in a string', '{"a":"the "best" crew","b":2}', { a: 'the "best" crew', b: 2 }],
    [
      'raw quotes before a comma',
      '{"a":"say "yes", "no" or so","b":["x "y" z"]}',
      { a: 'say "yes", "no" or so', b: ['x "y" z'] },
    ],
    ['several values', '{"a":1}\n{"b":2},[3];', [{ a: 1 }, { b: 2 }, [3]]],
    ['missing commas', '{"a":"x"\n"b":"y"}', { a: 'x', b: 'y' }],
    ['a script around it', 'var data = {"a":"b"};\nvar x = 1;', { a: 'b' }],
    ['extra commas behind a string', '{"a":"b",,"c":1}}', { a: 'b', c: 1 }],
    [
      'raw quotes before a bracket',
      '{"a":"knows "C" and "E"}","x":1}',
      { a: 'knows "C" and "E"}', x: 1 },
    ],
    ['extra commas', '{,"a":1,,"b":[1,,2]}', { a: 1, b: [1, 2] }],
    ['single quotes', "{'a':'b'}", { a: 'b' }],
    ['typographic quotes', '{“a”:“b”}', { a: 'b' }],
    ['quotes as entities', '{&quot;a&quot;: &quot;b &amp;amp; c&quot;}', { a: 'b &amp; c' }],
    ['quotes as numbers', '[{&#34;a&#34;:1}]', [{ a: 1 }]],
    ['quotes as entities, twice', '{&amp;quot;a&amp;quot;:1}', { a: 1 }],
    ['a grouped number', '{"a":45,000,"b":1.5}', { a: '45,000', b: 1.5 }],
    [
      'words of other languages',
      '{"a":None,"b":True,"c":undefined}',
      { a: null, b: true, c: null },
    ],
    ['a value that was cut off behind a whole one', '{"a":1}{"b":', { a: 1 }],
    ['an escaped quote beside a raw break', '{"a":"\\"\n,}\\\\",}', { a: '"\n,}\\' }],
  ])('is read with %s', (_, text, value) => {
    expect(parseLenient(text)).toEqual(value)
  })

  test.each(['', '{', '{"a', '"\\', 'null,', '{a b:1}', '<p>'])('is none in %j', (text) => {
    expect(parseLenient(text)).toBeUndefined()
  })

  test('that is valid stays as it is', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseLenient(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  test('whose strings have raw control characters keeps them', () => {
    const text = fc.string({
      unit: fc.constantFrom('\n', '\t', '\u0001', ',', '}', ']', 'x', '\\\\'),
    })
    fc.assert(
      fc.property(text, (raw) => {
        expect(parseLenient(`[{"a": "\n${raw}",},]`)).toEqual([
          { a: `\n${raw.replaceAll('\\\\', '\\')}` },
        ])
      }),
    )
  })

  test('of megabytes, made to be slow, is fast', async () => {
    const spent = await processorMs(() => {
      parseLenient(`"${String.raw`\"`.repeat(1_000_000)}`)
      parseLenient(`{${', '.repeat(1_000_000)}`)
      parseLenient(';'.repeat(20_000))
      parseLenient(`["${'"'.repeat(100_000)}`)
      parseLenient(`{"a":"${'", "b'.repeat(50_000)}`)
      parseLenient(`{${'/*'.repeat(500_000)}`)
      parseLenient('&quot;'.repeat(200_000))
      parseLenient(`[${'{"a":'.repeat(100_000)}`)
    })
    expect(spent).toBeLessThan(2_000)
  })
})

test.each([
  [
    'many links to one large thing',
    [
      { '@id': 'a', '@type': 'Place', list: Array.from({ length: 50_000 }, (_, n) => n) },
      { '@type': 'JobPosting', jobLocation: Array.from({ length: 1_000 }, () => ({ '@id': 'a' })) },
    ],
  ],
  [
    'things that lead to each other',
    [
      { '@id': 'a', '@type': 'JobPosting', next: [{ '@id': 'b' }, { '@id': 'b' }] },
      { '@id': 'b', '@type': 'Place', next: [{ '@id': 'a' }, { '@id': 'a' }] },
    ],
  ],
])('links are followed in linear time: %s', async (_, nodes) => {
  expect(await processorMs(() => nodesOf(nodes, 'JobPosting'))).toBeLessThan(500)
})

test('lists within lists, however deep, end no reading', () => {
  const list: unknown = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)
  expect(nodesOf([{ '@type': 'JobPosting', title: 'Baker', list }], 'JobPosting')).toHaveLength(1)
})
