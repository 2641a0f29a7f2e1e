import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { createGate } from '../../../src/gate.ts'
import { openBlobs } from '../../../src/storage/blobs.ts'
import { bind, boundBy, Connections, invoke, takeMost, takeQueued } from '../connections.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const CONTROL = `${env.EGRESS_ALLOW}/control/requests`

function six() {
  return invoke(() => Promise.all(Array.from({ length: 6 }, () => fetch(CONTROL))))
}

describe('the emulated limit of connections', () => {
  it('makes the seventh request of an invocation wait while its time-out runs', async () => {
    takeMost()
    const heads = Array.from({ length: 6 }, () => Promise.withResolvers<null>())
    const get = vi.spyOn(env.BLOBS, 'get').mockImplementation(() => nextHead())
    const nextHead = () => heads[get.mock.calls.length - 1]?.promise ?? Promise.reject(new Error())
    await invoke(async () => {
      const gets = heads.map(() => boundBy(env).BLOBS.get('page'))
      const late = fetch(CONTROL, { signal: AbortSignal.timeout(30) })
      await expect(late).rejects.toMatchObject({ name: 'TimeoutError' })
      const seventh = fetch(CONTROL)
      heads[3]?.resolve(null)
      expect((await seventh).status).toBe(200)
      for (const { resolve } of heads) resolve(null)
      await Promise.all(gets)
    })
    const what = `fetch of ${CONTROL}`
    expect(takeQueued()).toMatchObject([{ what }, { what }])
    expect(takeMost()).toBe(6)
  })

  it('gives each invocation six of its own', async () => {
    expect(await Promise.all([six(), six()])).toHaveLength(2)
    expect(takeQueued()).toEqual([])
  })

  it('gives an object six for all its requests', async () => {
    const connections = new Connections()
    const bound = bind(env, () => connections)
    const sends = Array.from({ length: 7 }, () => bound.CHECKPOINT_QUEUE.sendBatch([]))
    await Promise.allSettled(sends)
    expect(takeQueued()).toMatchObject([{ what: 'CHECKPOINT_QUEUE.sendBatch' }])
  })

  it('is never reached by the blobs of a batch, which pass its gate', async () => {
    takeMost()
    const gate = createGate(2)
    const blobs = openBlobs(boundBy(env).BLOBS, gate)
    const all = Array.from({ length: 7 }, (_, n) => n)
    await invoke(async () => {
      await Promise.all(all.map((n) => blobs.put(`blob-${n}`, n)))
      expect(await Promise.all(all.map((n) => blobs.get(`blob-${n}`)))).toEqual(all)
    })
    expect(takeQueued()).toEqual([])
    expect(takeMost()).toBe(2)
  })

  it('counts the parts of an upload', async () => {
    const connections = new Connections()
    const { FILES } = bind(env, () => connections)
    const upload = await FILES.createMultipartUpload('parts')
    const parts = Array.from({ length: 7 }, (_, n) => upload.uploadPart(n + 1, new Uint8Array(1)))
    await Promise.allSettled(parts)
    await upload.abort()
    expect(takeQueued()).toMatchObject([{ what: 'FILES.uploadPart' }])
  })
})
