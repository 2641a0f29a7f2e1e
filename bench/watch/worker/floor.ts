import { FloorFrames } from '../routes.ts'

type Controller = ReadableStreamDefaultController<Uint8Array>

const encoder = new TextEncoder()

/**
 * The least that an object can do: it holds its readers, and writes given bytes to all of them. It has no
 * run, no state and no cursor, and it ignores slow readers.
 */
export class Floor {
  private readonly readers = new Set<Controller>()
  private greeting: Uint8Array = new Uint8Array()
  private frames: readonly { readonly at_ms: number; readonly bytes: Uint8Array }[] = []

  /** PUT sets the frames, GET reads them, and POST writes them and answers at the end. */
  async fetch(request: Request): Promise<Response> {
    switch (request.method) {
      case 'PUT':
        this.take(FloorFrames.parse(await request.json()))
        return Response.json({})
      case 'POST':
        return Response.json({ began: await this.play() })
      default:
        return new Response(this.open(), { headers: { 'content-type': 'text/event-stream' } })
    }
  }

  private take({ greeting, frames }: FloorFrames): void {
    this.greeting = encoder.encode(greeting)
    this.frames = frames.map(({ at_ms, text }) => ({ at_ms, bytes: encoder.encode(text) }))
  }

  private open(): ReadableStream<Uint8Array> {
    let reader: Controller | undefined
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        reader = controller
        controller.enqueue(this.greeting.slice())
        this.readers.add(controller)
      },
      cancel: () => {
        if (reader !== undefined) this.readers.delete(reader)
      },
    })
  }

  private async play(): Promise<number> {
    const began = Date.now()
    for (const { at_ms, bytes } of this.frames) {
      const wait = began + at_ms - Date.now()
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
      for (const reader of this.readers) reader.enqueue(bytes)
    }
    for (const reader of this.readers) reader.close()
    this.readers.clear()
    return began
  }
}
