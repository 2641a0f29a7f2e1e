import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { basename } from 'node:path'
import { json } from 'node:stream/consumers'

import { Uploaded } from '../../src/protocol/document.ts'
import { BenchFailure } from '../failure.ts'

export type Access = { readonly origin: string; readonly token: string }

/** `sent` is the time at which the last byte had left, `answered` the time at which the answer was read. */
export type Upload = {
  readonly uploaded: Uploaded
  readonly sent: number
  readonly answered: number
}

/**
 * Uploads files to a matter in one request, by node:http, because fetch does not tell when it has sent a
 * body.
 */
export async function upload(
  { origin, token }: Access,
  { matter, paths }: { readonly matter: string; readonly paths: readonly string[] },
): Promise<Upload> {
  const { body, type } = await encoded(matter, paths)
  const gone = Promise.withResolvers<number>()
  const answer = Promise.withResolvers<unknown>()
  const headers = { authorization: `Bearer ${token}`, 'content-type': type }
  const sending = request(`${origin}/api/documents`, { method: 'POST', headers }, (response) => {
    const { statusCode = 0 } = response
    if (statusCode === 202) answer.resolve(json(response))
    else answer.reject(new BenchFailure(`the upload was answered ${statusCode}`))
  })
  sending.on('error', answer.reject)
  sending.on('finish', () => gone.resolve(performance.now()))
  sending.end(body)
  const uploaded = Uploaded.parse(await answer.promise)
  return { uploaded, answered: performance.now(), sent: await gone.promise }
}

async function encoded(matter: string, paths: readonly string[]) {
  const form = new FormData()
  form.append('matter', matter)
  for (const path of paths) form.append('files', new Blob([readFileSync(path)]), basename(path))
  const whole = new Response(form)
  return {
    body: Buffer.from(await whole.arrayBuffer()),
    type: whole.headers.get('content-type') ?? '',
  }
}
