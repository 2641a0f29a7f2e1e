import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { bundleLibrary } from '../../scripts/library/bundle.ts'

/** The client library as it is built, in a folder of its own. */
export class Library {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async build(): Promise<Library> {
    const folder = await mkdtemp(join(tmpdir(), 'runcast-library-'))
    await bundleLibrary(folder)
    return new Library(folder)
  }

  /** Answers a request for `/lib/…`, one of its files. */
  async serve(path: string, answer: ServerResponse): Promise<void> {
    const script = await readFile(join(this.folder, path.replace('/lib/', ''))).catch(() => null)
    if (script === null) answer.writeHead(404).end()
    else answer.writeHead(200, { 'content-type': 'text/javascript' }).end(script)
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true })
  }
}
