import { describe, expect, it } from 'vitest'

import {
  DeliveryView,
  GivenWebhook,
  NoticeType,
  WebhookChange,
  WebhookView,
} from '../../src/protocol/webhook.ts'
import { changesBetween, draftOf, newBody, newEndpoint } from '../../web/notices/endpoint-draft.ts'
import {
  deliveryWords,
  endpointWords,
  eventsWords,
  eventWords,
  ruleWords,
  tryWords,
} from '../../web/notices/notice-words.ts'

const webhook = (part: object) =>
  WebhookView.parse({
    webhook_id: 'a'.repeat(32),
    url: 'https://hooks.example.com/',
    description: null,
    events: ['run.error'],
    form: 'standard',
    rules: {},
    enabled: true,
    switched_off: null,
    failing_since: null,
    earlier_secret_until: null,
    created_at: '',
    ...part,
  })

it('each event has words for a person, also one of a later version', () => {
  for (const type of NoticeType.options) expect(eventWords(type)).not.toMatch(/[._]/)
  expect(eventWords('posting.gone_over')).toBe('posting gone over')
  expect(eventsWords({ events: [...NoticeType.options] })).toBe('All events')
  expect(eventsWords({ events: ['run.error', 'x.y'] })).toBe('A run failed · x y')
})

describe('an endpoint', () => {
  it.each([
    [{}, 'ready', 'on'],
    [{ failing_since: '2026-01-01T00:00:00Z' }, 'problems', 'deliveries fail'],
    [{ enabled: false }, 'pending', 'switched off'],
    [{ enabled: false, switched_off: 'It answered 410.' }, 'failed', 'switched off'],
  ])('with %j is %s: “%s”', (part, tone, words) => {
    expect(endpointWords(webhook(part))).toEqual({ tone, words })
  })

  it('NOTE-1: is told of everything, unless a person narrows that', () => {
    const url = 'https://hooks.example.com/'
    const given = GivenWebhook.parse(newBody({ ...newEndpoint, url }))
    expect(given).toEqual({ url, events: NoticeType.options, form: 'standard', rules: {} })
    const narrow = {
      ...newEndpoint,
      url,
      recovered: true,
      events: ['run.error', 'expiry.held'],
      pipelines: ['ingestion'],
      labels: 'team:a',
      goneOver: '12.5',
    }
    expect(GivenWebhook.parse(newBody(narrow))).toMatchObject({
      events: ['run.finished', 'expiry.held'],
      rules: {
        pipelines: ['ingestion'],
        labels: { team: 'a' },
        recovered: true,
        gone_over_percent: 12.5,
      },
    })
  })

  it('NOTE-1: is changed in what a person changed alone', () => {
    const rules = { schedules: ['b'.repeat(32)], labels: { team: 'b' }, gone_over_percent: 0 }
    const before = draftOf(webhook({ description: 'Alarms', events: ['postings.changed'], rules }))
    expect(changesBetween(before, before)).toEqual({})
    const change = changesBetween(before, { ...before, description: ' ', isSlack: true })
    expect(WebhookChange.parse(change)).toEqual({ description: null, form: 'slack' })
    expect(changesBetween(before, { ...before, labels: '' })).toEqual({
      rules: { schedules: ['b'.repeat(32)], gone_over_percent: 0 },
    })
    expect(changesBetween(before, { ...before, goneOver: '' })).toEqual({
      rules: { schedules: ['b'.repeat(32)], labels: { team: 'b' } },
    })
  })

  it('says which runs it is told of', () => {
    expect(ruleWords(webhook({}))).toBe('')
    expect(ruleWords(webhook({ rules: { gone_over_percent: 0 } }))).toContain('more than 0 %')
    const rules = { pipelines: ['ingestion'], labels: { team: 'b' }, recovered: true }
    expect(ruleWords(webhook({ rules }))).toBe(
      'only of ingestion, only with team: b, only when a run went well after one that did not',
    )
  })
})

it('a delivery says how each try was answered', () => {
  expect(tryWords({ at: '', status: 204, ms: 12 })).toBe('HTTP 204, after 12 ms')
  expect(tryWords({ at: '', status: null, ms: 9, error: 'Timeout.' })).toBe('Timeout, after 9 ms')
  expect(tryWords({ at: '', status: null, ms: 9 })).toBe('no answer, after 9 ms')
  const common = { notice_id: 'n', type: 't', created_at: '', next_try_at: null, tries: 0 }
  const given_up = DeliveryView.parse({ ...common, state: 'given_up', last_tries: [], payload: {} })
  expect(deliveryWords(given_up).tone).toBe('failed')
})
