import { describe, expect, it } from 'vitest'

import { noticesOfPlans } from '../../src/durable/owner/notices/plan-notices.ts'
import { noticeOfPostings } from '../../src/durable/owner/notices/posting-notice.ts'
import { openWebhook, wants } from '../../src/durable/owner/notices/webhook.ts'
import { GroupKey } from '../../src/protocol/ids.ts'
import { GivenWebhook, WebhookId } from '../../src/protocol/webhook.ts'
import { standing } from '../support/standing.ts'

const company = { group: GroupKey.parse('acme'), title: 'Acme Ltd' }
const results = { total: 90, new: 10, changed: 2, unchanged: 70, gone: 20 }

describe('NOTE-6: what a run found is told', () => {
  it('of a held expiry, and of a company whose fields have fallen', () => {
    const fallen = { field: 'apply_url', usual: 1, share: 0.2 }
    const held = { kind: 'expiry.held', gone: 9, open: 12 } as const
    const attention = { kind: 'company.needs_attention', fields: [fallen] } as const
    const notices = [held, attention].map((notice) => ({ ...company, notice }))
    const told = noticesOfPlans(standing('1', { status: 'ingesting', notices }), 5)
    expect(told.map(({ type, text }) => [type, text])).toEqual([
      [
        'expiry.held',
        'Acme Ltd: 9 of 12 open postings are gone from the job list. They stay open until someone decides.',
      ],
      ['company.needs_attention', 'Acme Ltd: fewer postings than usual have apply url.'],
    ])
    expect(told.map(({ data }) => JSON.parse(data))).toMatchObject([
      { company: 'acme', gone: 9, open: 12, path: `/api/runs/${'1'.repeat(32)}/expiry` },
      { company: 'acme', fields: [fallen], path: '/api/companies/acme' },
    ])
    expect(new Set(told.map(({ order }) => order))).toEqual(new Set(['1'.repeat(32)]))
    expect(new Set(told.map(({ notice_id }) => notice_id)).size).toBe(2)
  })

  it('of its postings, as counts and where they are listed', () => {
    const notice = noticeOfPostings(standing('1', { results }), 5)
    expect(notice?.text).toBe('Run 1: 10 new, 2 changed, 20 gone')
    expect(JSON.parse(notice?.data ?? '')).toMatchObject({
      postings: { new: 10, changed: 2, unchanged: 70, gone: 20 },
      path: `/api/postings?changed_since=${'1'.repeat(32)}`,
    })
  })

  it('not of postings that are as they were', () => {
    const same = { total: 90, new: 0, changed: 0, unchanged: 90 }
    expect(noticeOfPostings(standing('1', { results: same }), 5)).toBeUndefined()
    expect(noticeOfPostings(standing('1'), 5)).toBeUndefined()
  })
})

it.each([
  [19, true],
  [20, false],
  [undefined, true],
])(
  'NOTE-1: with gone_over_percent %j, postings of which a fifth is gone are told: %j',
  (over, told) => {
    const notice = noticeOfPostings(standing('1', { results }), 5)
    const webhook = openWebhook(
      GivenWebhook.parse({
        url: 'https://a.example',
        events: ['postings.changed', 'run.finished'],
        rules: over === undefined ? {} : { gone_over_percent: over },
      }),
      { webhook_id: WebhookId.parse('6'.repeat(32)), secret: 'whsec_MTIz', now: 0 },
    )
    expect(notice && wants(webhook, notice, { pipeline: 'letters' })).toBe(told)
    expect(wants(webhook, { type: 'run.finished' }, { pipeline: 'letters' })).toBe(true)
  },
)
