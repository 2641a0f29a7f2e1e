import { DocumentFailure } from '../../document-failure.ts'
import { pathOfType, relationsOf } from '../office/relations.ts'
import type { ZipPackage } from '../zip/zip-package.ts'

type Presentation = {
  /** The parts of the slides, in the order in which they are shown. */
  readonly slides: readonly string[]
  readonly properties: string | undefined
}

/** Reads the list of slides of a presentation. */
export function readPresentation(parts: ZipPackage): Presentation {
  const root = relationsOf(parts, '')
  const main = pathOfType(root, 'officeDocument') ?? 'ppt/presentation.xml'
  if (!parts.has(main)) throw new DocumentFailure('damaged')
  const own = new Map(relationsOf(parts, main).map(({ id, path }) => [id, path]))
  const slides: string[] = []
  parts.read(main, {
    open: (name, attribute) => {
      // The slide's number is another attribute `id`, without a prefix.
      const path = name === 'sldId' ? own.get(attribute('id', 'prefixed') ?? '') : undefined
      if (path !== undefined) slides.push(path)
    },
  })
  return { slides, properties: pathOfType(root, 'core-properties') }
}
