import { env } from 'cloudflare:workers'
import { expect, it, vi } from 'vitest'
import worker from '../../src/index.ts'
it('probe', async () => { expect(typeof worker.queue).toBe('function'); vi.useFakeTimers({toFake:['Date']}); vi.setSystemTime(5); expect(Date.now()).toBe(5) })
