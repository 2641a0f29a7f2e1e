import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { extname, join } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
}

/** A web server for the files of one folder. */
export class FolderServer {
  readonly origin: string
  readonly #server: Server

  private constructor(server: Server) {
    const address = server.address()
    if (typeof address !== 'object' || !address) throw new Error('no port')
    this.origin = `http://127.0.0.1:${address.port}`
    this.#server = server
  }

  static async start(folder: string): Promise<FolderServer> {
    const server = createServer((asked, answer) => {
      const { pathname } = new URL(asked.url ?? '/', 'http://any')
      readFile(join(folder, pathname)).then(
        (file) =>
          answer
            .writeHead(200, { 'content-type': TYPES[extname(pathname)] ?? 'text/plain' })
            .end(file),
        () => answer.writeHead(404).end(),
      )
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new FolderServer(server)
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
