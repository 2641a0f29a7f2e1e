/** Where a group's text goes. */
export type Destination =
  | 'text'
  | 'none'
  | 'info'
  | 'fonts'
  | 'styles'
  | 'title'
  | 'note'
  | 'header'
  | 'footer'
  | 'box'
  | 'field'
  | 'entry'
  | 'picture'
  | 'tag'
  | 'value'
  | 'property'
  | 'number'
  | 'lists'
  | 'list-label'
  | 'list-overrides'

/** The groups whose text has a place of its own. */
export const DESTINATIONS: ReadonlyMap<string, Destination> = new Map([
  ['fonttbl', 'fonts'],
  ['stylesheet', 'styles'],
  ['listtable', 'lists'],
  ['leveltext', 'list-label'],
  ['listoverridetable', 'list-overrides'],
  ['listtext', 'number'],
  ['pntext', 'number'],
  ['info', 'info'],
  ['title', 'title'],
  // A text in the old and in the new way: only the new one, `ud`, is read.
  ['upr', 'info'],
  ['ud', 'text'],
  ['footnote', 'note'],
  ...['header', 'headerl', 'headerr', 'headerf'].map((word) => [word, 'header'] as const),
  ...['footer', 'footerl', 'footerr', 'footerf'].map((word) => [word, 'footer'] as const),
  ['shptxt', 'box'],
  ['dptxbxtext', 'box'],
  ['formfield', 'field'],
  ['ffl', 'entry'],
  ['pict', 'picture'],
  ['htmltag', 'tag'],
  // The name of a shape's property, and its value, which may be a picture or the words of a lettering.
  ['sn', 'property'],
  ['sv', 'value'],
])

/** Groups that hold no text of the document, though a program that does not know them would show it. */
export const NO_TEXT: ReadonlySet<string> = new Set(
  `colortbl fldinst objdata objclass objname nonshppict shprslt atnid atnauthor atndate
  annotation levelnumbers listname liststylename revtbl rsidtbl filetbl bkmkstart bkmkend xe tc ftnsep
  ftnsepc aftnsep aftnsepc txe rxe themedata datafield mfPr mctrlPr mrPr mdPr mnaryPr mradPr msSubPr
  msSupPr msSubSupPr maccPr mbarPr mboxPr mborderBoxPr meqArrPr mfuncPr mgroupChrPr mlimLowPr
  mlimUppPr mmPr mphantPr msPrePr moMathParaPr mmathPict`.split(/\s+/),
)

/** Groups for new programs whose text is read. */
export const NEW_TEXT: ReadonlySet<string> = new Set([
  'footnote',
  'shpinst',
  'shppict',
  'htmltag',
  'shptxt',
  'do',
  'dptxbxtext',
  'formfield',
  'ffl',
  'ud',
  'listtable',
  'listoverridetable',
  'listtext',
  'pntext',
  'nesttableprops',
  'moMath',
  'moMathPara',
])

export const CHARACTERS: Readonly<Record<string, string>> = {
  tab: '\t',
  emdash: '—',
  endash: '–',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  bullet: '•',
  emspace: ' ',
  enspace: ' ',
  qmspace: ' ',
  // A formula is drawn with a line between its halves, and with a root.
  mden: '/',
  mrad: '√',
}

export const SYMBOLS: Readonly<Record<string, string>> = {
  '~': '\u00a0',
  _: '-',
  '\\': '\\',
  '{': '{',
  '}': '}',
}

/** Words behind which a line or a cell begins. */
export const BREAKS: ReadonlySet<string> = new Set([
  'par',
  'pard',
  'line',
  'page',
  'sect',
  'column',
  'tab',
  'cell',
  'nestcell',
  'row',
  'nestrow',
])

export const PICTURES: ReadonlySet<Destination> = new Set(['picture', 'tag'])

/** The destinations whose text is written elsewhere than where it stands. */
export const APART: ReadonlySet<Destination> = new Set(['header', 'footer', 'box'])

/** The destinations whose text is shown. */
export const SHOWN: ReadonlySet<Destination> = new Set([
  'text',
  'note',
  'header',
  'footer',
  'box',
  'number',
])
