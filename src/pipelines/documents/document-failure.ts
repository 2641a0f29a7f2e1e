/** The reasons why a document's text cannot be read. */
export type DocumentFailureCode =
  | 'empty'
  | 'unsupported'
  | 'type_mismatch'
  | 'legacy_doc'
  | 'not_a_docx'
  | 'no_text'
  | 'encrypted'
  | 'wrong_password'
  | 'damaged'
  | 'too_large'
  | 'zip_bomb'
  | 'entity_bomb'

/** Tells the person who uploaded the file what to do. */
const ADVICE: Readonly<Record<DocumentFailureCode, string>> = {
  empty: 'This file is empty. Check the original and upload it again.',
  unsupported:
    'This kind of file cannot be read. Save it as PDF, DOCX, HTML or text and upload that.',
  type_mismatch: 'This file is not what its name says. Get the original and upload it again.',
  legacy_doc:
    'This is a Word file from before 2007. Open it in Word, save it as .docx, and upload that.',
  not_a_docx: 'This is a ZIP archive, but no Word document. Unpack it and upload the files in it.',
  no_text:
    'No text was found: it may be a scan. Run text recognition (OCR) on it and upload the result.',
  encrypted: 'This file is protected. Enter its password to read it.',
  wrong_password: 'This password does not open the file. Enter the right one.',
  damaged: 'This file is damaged or was cut off on its way. Upload it again from the original.',
  too_large: 'This document is too large to be read at once. Split it and upload its parts.',
  zip_bomb:
    'This file unpacks to far more than a document holds and was not opened. Save it anew from its source.',
  entity_bomb:
    'This file holds XML declarations that no document needs and was not opened. Save it anew in Word.',
}

/** Only the person who uploaded the file can mend these failures. */
export const MENDABLE: readonly string[] = Object.keys(ADVICE)

export class DocumentFailure extends Error {
  readonly code: DocumentFailureCode

  constructor(code: DocumentFailureCode, message: string = ADVICE[code], options?: ErrorOptions) {
    super(message, options)
    this.name = 'DocumentFailure'
    this.code = code
  }
}
