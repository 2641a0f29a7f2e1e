import { CONTAINED_LIMITS as contained } from '../../src/api/documents/put-files.ts'
import { OCR_LIMITS as ocr } from '../../src/pipelines/documents/ocr/ocr.ts'
import { EXTRACT_LIMITS as limits } from '../../src/pipelines/documents/read/extract-limits.ts'
import { EMBEDDED_LIMITS as EMBEDDED } from '../../src/pipelines/documents/read/msg/embedded-message.ts'
import { PICTURE_LIMITS as pictures } from '../../src/pipelines/documents/read/pictures/picture-reader.ts'
import { constantIn } from './configuration.ts'
import { count, type LimitOf, size, time } from './limit.ts'

const MEMORY = '128 MB of memory'
const TIME = '5 min of CPU time'

const MAX_GROUPS = constantIn('src/pipelines/documents/read/rtf/rtf-reader.ts', 'MAX_DEPTH')

/** The limits of one document, by its kind. They keep its reader within the memory and the time of an invocation. */
export const documentLimits: readonly LimitOf[] = [
  ({ settings: s }) => ({
    name: 'a file of any kind',
    page: 'workers',
    platform: MEMORY,
    runcast: `${size(s.document_bytes)}, and ${size(limits.chars)} of text`,
    outcome: 'the document fails with `too_large`',
    tests: [['test/unit/documents-too-large.test.ts', 'a document that is too large']],
  }),
  () => ({
    name: 'HTML, Markdown, text, CSV, RTF',
    page: 'workers',
    platform: MEMORY,
    runcast: `${size(limits.text_bytes)}; RTF ${count(MAX_GROUPS)} groups within groups`,
    outcome: 'the document fails with `too_large` or `damaged`',
    tests: [
      ['test/unit/documents-rtf.test.ts', 'of groups alone'],
      ['test/unit/documents-too-large.test.ts', 'a document that is too large'],
    ],
  }),
  () => ({
    name: 'PDF',
    page: 'workers',
    platform: `${MEMORY}, ${TIME}`,
    runcast: `${count(limits.pages)} pages, a stream of ${size(limits.stream_bytes)}`,
    outcome: 'the document fails with `too_large` or `zip_bomb`',
    tests: [['test/unit/documents-bombs.test.ts', 'a PDF bomb']],
  }),
  () => ({
    name: 'DOCX, XLSX, PPTX, ODT, ODS, ODP, EPUB',
    page: 'workers',
    platform: `${MEMORY}, ${TIME}`,
    runcast: `${count(limits.zip_entries)} files that claim ${size(limits.zip_declared_bytes)}, a part of ${size(limits.part_bytes)}, a sheet of ${size(limits.stream_part_bytes)}, all parts that are read ${size(limits.package_bytes)}`,
    outcome: 'the document fails with `zip_bomb`, `entity_bomb` or `too_large`',
    tests: [
      ['test/unit/documents-bombs.test.ts', 'a ZIP bomb'],
      ['test/unit/documents-sheets.test.ts', 'with a million empty rows costs little'],
      ['test/unit/documents-slides.test.ts', 'without text, or cut off, is refused'],
      ['test/unit/documents-opendocument.test.ts', 'that unpacks to far more'],
      ['test/unit/documents-books.test.ts', 'that unpacks to far more'],
    ],
  }),
  () => ({
    name: 'a ZIP of documents',
    page: 'workers',
    platform: MEMORY,
    runcast: '25 MB, 500 files, of which one has at most 25 MB and all have 256 MB',
    outcome: 'the ZIP, or the file, is refused with `too_large` or `zip_bomb`',
    tests: [['test/unit/documents-archive.test.ts', 'as a whole']],
  }),
  () => ({
    name: 'files within files',
    page: 'workers',
    platform: MEMORY,
    runcast: `one upload takes out ${count(contained.files)} files with ${size(contained.bytes)}, ${contained.levels} files deep; one container is in memory at a time`,
    outcome: 'a document with `too_large` says that some were left out',
    tests: [
      ['test/unit/documents-contained.test.ts', 'leave out what is too deep'],
      ['test/unit/documents-contained.test.ts', 'count the files'],
    ],
  }),
  () => ({
    name: 'EML',
    page: 'workers',
    platform: MEMORY,
    runcast: '64 parts within parts, 1 MB of headers',
    outcome: 'the document fails with `damaged`',
    tests: [['test/unit/documents-mail.test.ts', 'is refused as damaged']],
  }),
  () => ({
    name: 'Pictures, scanned pages of PDF',
    page: 'workers',
    platform: '15 min',
    runcast: `${count(ocr.pages)} pages, ${time(ocr.ms)}; the picture is drawn and read elsewhere`,
    outcome: 'the other pages are named in a notice',
    tests: [['test/unit/ocr.test.ts', 'asks for no more pages than the limit']],
  }),
  () => ({
    name: 'pictures within other documents',
    page: 'workers',
    platform: '15 min',
    runcast: `${count(pictures.pictures)} pictures of a document, each with at most ${size(pictures.bytes)}`,
    outcome: 'the other pictures are named in a notice',
    tests: [['test/unit/documents-pictures.test.ts', 'beyond the limit is named']],
  }),
  () => ({
    name: 'MSG',
    page: 'workers',
    platform: MEMORY,
    runcast: `a chain of sectors no longer than the file, RTF that unpacks to ${size(limits.text_bytes)}, an embedded message of ${size(limits.part_bytes)} with ${count(EMBEDDED.entries)} streams`,
    outcome: 'the document, or what is attached, fails with `damaged` or `too_large`',
    tests: [
      ['test/unit/documents-outlook.test.ts', 'is refused'],
      ['test/unit/documents-outlook.test.ts', 'takes little time'],
      ['test/unit/documents-outlook.test.ts', 'that claims more than the most'],
    ],
  }),
]
