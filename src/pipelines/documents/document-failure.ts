/** The reasons why a document's text cannot be read. */
export type DocumentFailureCode =
  | 'empty'
  | 'unsupported'
  | 'type_mismatch'
  | 'legacy_doc'
  | 'not_a_docx'
  | 'no_text'
  | 'encoding_unknown'
  | 'dynamic_form'
  | 'encrypted'
  | 'wrong_password'
  | 'damaged'
  | 'too_large'
  | 'zip_bomb'
  | 'entity_bomb'

/** Tells the person who uploaded the file what to do. */
const ADVICE: Readonly<Record<DocumentFailureCode, string>> = {
  empty: 'This file is empty. Check the original file and upload it again.',
  unsupported: 'Runcast cannot read this kind of file. Save the file as PDF, and upload that file.',
  type_mismatch:
    'The content of this file is of another kind than its name says. Upload the original file.',
  legacy_doc:
    'This is a Word file in the format from before 2007. Open the file in Word, save it as .docx, and upload the .docx file.',
  not_a_docx:
    'This file is a ZIP archive and not a document. Unpack the archive and upload the files in it.',
  no_text:
    'This file has no text. It may be a scan: run text recognition (OCR) on the file and upload the result.',
  dynamic_form:
    'Only Adobe Reader draws this form. Open the form there, print it to a PDF, and upload the PDF.',
  encoding_unknown:
    'Runcast could not tell the encoding of this text. Save the text as UTF-8 and upload that file.',
  encrypted: 'This file is protected. Enter its password, so that Runcast can read it.',
  wrong_password: 'This password does not open the file. Enter the right password.',
  damaged: 'This file is damaged or incomplete. Upload the original file again.',
  too_large: 'This document is too large. Split it, and upload the parts.',
  zip_bomb:
    'This file unpacks to far more data than a document has, so Runcast did not open it. Save the document again from the program that made it.',
  entity_bomb:
    'This file has XML declarations that no document needs, so Runcast did not open it. Save the document again in Word.',
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
