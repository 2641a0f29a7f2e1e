import type { DocumentNotice } from '../../../protocol/document.ts'
import { cleanLine } from './clean.ts'

/** What a reader may leave out of a document. The number counts it. */
type LeftOut = {
  readonly embedded_left_out: number
  readonly imported_left_out: number
  readonly comments_left_out: number
  readonly stamps_left_out: number
  readonly signatures_left_out: number
  readonly attachments_left_out: number
  readonly invitations_left_out: number
  readonly item_fields_left_out: number
  readonly frames_left_out: number
  readonly asides_left_out: number
  readonly hidden_sheets_left_out: number
  readonly hidden_rows_left_out: number
  readonly hidden_columns_left_out: number
  readonly formulas_left_out: number
  readonly hidden_slides_left_out: number
  readonly hidden_text_left_out: number
  readonly pictures_left_out: number
  readonly parts_missing: number
}

type Words = readonly [one: string, many: string, remedy: string]

const UNHIDE = 'Show it, save the file, and upload that.'

const WORDS: Readonly<Record<keyof LeftOut, Words>> = {
  embedded_left_out: ['embedded object was', 'embedded objects were', 'Upload its file by itself.'],
  imported_left_out: [
    'imported part was',
    'imported parts were',
    'Save the document anew in Word.',
  ],
  comments_left_out: ['comment was', 'comments were', ''],
  stamps_left_out: ['stamp was', 'stamps were', 'Print the file to a PDF and recognise its text.'],
  signatures_left_out: [
    'visible signature was',
    'visible signatures were',
    'Print the file to a PDF and recognise its text.',
  ],
  attachments_left_out: ['attached file was', 'attached files were', 'Upload it by itself.'],
  invitations_left_out: [
    'invitation was',
    'invitations were',
    'Save it as a file, and upload that.',
  ],
  item_fields_left_out: [
    'item of Outlook has fields beside its text that were',
    'items of Outlook have fields beside their text that were',
    'Print it to a PDF, and upload that.',
  ],
  frames_left_out: ['frame of another page was', 'frames of other pages were', 'Upload that page.'],
  hidden_sheets_left_out: ['hidden sheet was', 'hidden sheets were', UNHIDE],
  hidden_rows_left_out: ['hidden row was', 'hidden rows were', UNHIDE],
  hidden_columns_left_out: ['hidden column was', 'hidden columns were', UNHIDE],
  formulas_left_out: [
    'formula without a stored result was',
    'formulas without stored results were',
    'Open the file in a spreadsheet program, save it, and upload that.',
  ],
  hidden_text_left_out: ['hidden part of a page was', 'hidden parts of a page were', ''],
  hidden_slides_left_out: ['hidden slide was', 'hidden slides were', UNHIDE],
  pictures_left_out: ['picture was', 'pictures were', 'Upload those with text by themselves.'],
  parts_missing: [
    'part of the document is missing in the file and was',
    'parts of the document are missing in the file and were',
    'Upload the original file again.',
  ],
  asides_left_out: ['menu, sidebar or footer was', 'menus, sidebars or footers were', ''],
}

/** Says that a document's text lacks parts of this kind. Returns no notice for none. */
export function leftOut(code: keyof LeftOut, count: number): readonly DocumentNotice[] {
  if (count === 0) return []
  const [one, many, remedy] = WORDS[code]
  const message = `${count} ${count === 1 ? one : many} left out. ${remedy}`.trim()
  return [{ code, message, count }]
}

/** The most encodings that a message names, and the longest name. */
const NAMED = { count: 5, chars: 40 }

/** Says that texts name encodings that nobody knows, so that their letters were guessed. Returns no notice for none. */
export function encodingsGuessed(names: readonly string[]): readonly DocumentNotice[] {
  if (names.length === 0) return []
  const shown = names.slice(0, NAMED.count).map((name) => cleanLine(name).slice(0, NAMED.chars))
  const message = `The file names an encoding that is not known (${shown.join(', ')}): its letters were guessed. Compare what you cite with the file.`
  return [{ code: 'encoding_guessed', message, count: names.length }]
}

/** Says that so many pictures within a document were read as text. Returns no notice for none. */
export function readAsText(count: number): readonly DocumentNotice[] {
  if (count === 0) return []
  const which = count === 1 ? '1 picture' : `${count} pictures`
  const message = `${which} read as text: compare what you cite with the file.`
  return [{ code: 'pictures_recognised', message, count }]
}

const ABOUT_PAGES = {
  pages_unreadable: 'could not be read: the file is damaged there.',
  pages_without_text: 'without text: blank or scanned.',
  pages_garbled: 'with letters that make no words: the file does not say which letters they show.',
  pages_with_picture:
    'with a large picture that was not read: recognise its text (OCR) and upload the result.',
  pages_recognised: 'read from the picture: compare what you cite with the file.',
  pages_uncertain: 'hard to recognise: expect wrong letters.',
}

/** Says that some pages could not be read, have no text, or were read from a picture. Returns no notice for none. */
export function aboutPages(
  code: keyof typeof ABOUT_PAGES,
  pages: readonly number[],
): readonly DocumentNotice[] {
  if (pages.length === 0) return []
  const message = `${pages.length === 1 ? 'Page' : 'Pages'} ${ranges(pages)} ${ABOUT_PAGES[code]}`
  return [{ code, message, count: pages.length }]
}

/** The most ranges that a message names. */
const RANGES = 20

/** Writes page numbers in rising order as ranges: 3, 7–9. */
function ranges(pages: readonly number[]): string {
  const found: { from: number; to: number }[] = []
  for (const page of pages) {
    const last = found.at(-1)
    if (last?.to === page - 1) last.to = page
    else found.push({ from: page, to: page })
  }
  const shown = found
    .slice(0, RANGES)
    .map(({ from, to }) => (from === to ? `${from}` : `${from}–${to}`))
  return shown.join(', ') + (found.length > RANGES ? ' and more' : '')
}
