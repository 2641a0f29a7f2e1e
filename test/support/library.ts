import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'

import { CACHE, keepBuilt } from '../../scripts/kept-build.ts'
import { bundleLibrary } from '../../scripts/library/bundle.ts'

const SOURCES = ['src/client', 'src/protocol', 'scripts/library', 'package-lock.json']

/** The built client library. It is built once for all tests. */
export class Library {
  readonly folder = join(CACHE, 'runcast-library')

  static async build(): Promise<Library> {
    const library = new Library()
    await keepBuilt({ folder: library.folder, sources: SOURCES, build: bundleLibrary })
    return library
  }

  /** Answers a request for a file of the library, under `/lib/`. */
  async serve(path: string, answer: ServerResponse): Promise<void> {
    const script = await readFile(join(this.folder, path.replace('/lib/', ''))).catch(() => null)
    if (script === null) answer.writeHead(404).end()
    else answer.writeHead(200, { 'content-type': 'text/javascript' }).end(script)
  }
}
