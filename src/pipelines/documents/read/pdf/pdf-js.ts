import type { getResolvedPDFJS } from 'unpdf'

type PdfJs = Awaited<ReturnType<typeof getResolvedPDFJS>>

/** A PDF that is being opened, the PDF, and one of its pages, as the library has them. */
export type PdfTask = ReturnType<PdfJs['getDocument']>
export type Pdf = Awaited<PdfTask['promise']>
export type PdfPage = Awaited<ReturnType<Pdf['getPage']>>
