import { DocumentFailure } from '../document-failure.ts'
import type { Extracted } from '../text/extracted.ts'
import type { ExtractLimits } from './extract-limits.ts'
import type { ExtractPorts } from './extract-ports.ts'
import { kindOfPackage, notReadable, type PackageKind } from './package-kind.ts'
import { startsWith } from './signature.ts'
import { ZipPackage } from './zip/zip-package.ts'

/** Reads a document that is a ZIP of parts. The names of its parts show its kind: the first bytes may not. */
export async function extractPackage(
  file: Uint8Array,
  ports: ExtractPorts,
  limits: ExtractLimits,
): Promise<Extracted> {
  const isZip = startsWith(file, 'PK') || file.length > limits.text_bytes
  if (isZip) return readPackage(file, ports, limits)
  const { packageOfXml } = await import('./xml/flat-package.ts')
  const zip = await packageOfXml(file)
  if (zip === undefined) throw new DocumentFailure('damaged')
  return readPackage(zip, ports, limits)
}

async function readPackage(
  zip: Uint8Array,
  ports: ExtractPorts,
  limits: ExtractLimits,
): Promise<Extracted> {
  const parts = new ZipPackage(zip, limits)
  const { names } = parts
  if (names.some((name) => /^xl\/workbook\.bin$/.test(name))) throw notReadable(names)
  const media_type = new TextDecoder().decode(parts.bytes('mimetype')).trim()
  const kind = kindOfPackage(names, media_type)
  if (kind !== undefined) return readKind(kind, { parts, ports, limits })
  // A DOCX may have its parts in any folder: only the relations of the package lead to them.
  if (parts.has('_rels/.rels')) return readKind('docx', { parts, ports, limits })
  throw notReadable(names)
}

type Opened = {
  readonly parts: ZipPackage
  readonly ports: ExtractPorts
  readonly limits: ExtractLimits
}

async function readKind(kind: PackageKind, opened: Opened): Promise<Extracted> {
  const { parts, ports, limits } = opened
  switch (kind) {
    case 'docx':
      return (await import('./docx/extract-docx.ts')).extractDocx(parts, ports, limits)
    case 'xlsx':
      return (await import('./xlsx/extract-xlsx.ts')).extractXlsx(parts, ports, limits)
    case 'pptx':
      return (await import('./pptx/extract-pptx.ts')).extractPptx(parts, ports, limits)
    case 'odt':
    case 'ods':
    case 'odp':
      return (await import('./opendocument/extract-opendocument.ts')).extractOpenDocument(
        parts,
        ports,
        limits,
      )
    case 'epub':
      return (await import('./epub/extract-epub.ts')).extractEpub(parts, ports, limits)
  }
}
