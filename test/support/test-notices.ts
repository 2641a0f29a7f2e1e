import { NoticeDesk } from '../../src/durable/owner/notices/notice-desk.ts'
import { openMemoryNotices } from './memory-notices.ts'

/** The webhooks of an owner over a store in memory. Each endpoint takes each notice. */
export function openTestNotices(): NoticeDesk {
  return new NoticeDesk({
    store: openMemoryNotices(),
    now: Date.now,
    post: () => Promise.resolve({ status: 204 }),
    arm: () => undefined,
    failed: () => undefined,
  })
}
