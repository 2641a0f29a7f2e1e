import type { WebhookId } from '../../../protocol/webhook.ts'
import type { RunStanding } from '../owner-rpc.ts'
import type { Schedule } from '../schedules/schedule.ts'
import { giveUp, type Notice, openDelivery } from './delivery.ts'
import type { NoticeStore } from './notice-store.ts'
import { noticesOfPlans } from './plan-notices.ts'
import { noticeOfPostings } from './posting-notice.ts'
import { noticeOfRun, type TypedNotice } from './run-notices.ts'
import { noticesOfSlots } from './slot-notices.ts'
import { noticeOfStall } from './stall-notice.ts'
import { hearEnd, type Matched, wants, type Webhook } from './webhook.ts'

/** How many deliveries may be owed to an endpoint. With more, the oldest are given up. */
const OWED_MAX = 1_000

export type LedgerParts = {
  readonly store: NoticeStore
  readonly now: () => number
  /** Called when the desk may have to be woken earlier than before. */
  readonly arm: () => void
}

/** Enters what an owner's endpoints are owed: each event becomes a delivery for each endpoint that wants it. */
export class NoticeLedger {
  protected readonly parts: LedgerParts

  constructor(parts: LedgerParts) {
    this.parts = parts
  }

  /**
   * Owes the notices of a run's end to the endpoints that want them, within the transaction of the list. `known`: the run as
   * the list had it before.
   */
  told(standing: RunStanding, known: RunStanding | undefined): void {
    const { store, now } = this.parts
    const notice = noticeOfRun(standing, known, now())
    if (notice === undefined) return
    for (const one of store.list()) {
      const { webhook, isNews } = hearEnd(one, notice.type, standing.facts)
      if (webhook !== one) store.put(webhook)
      if (isNews && wants(webhook, notice, standing.facts)) this.owe(webhook, notice)
    }
    const postings = noticeOfPostings(standing, notice.at)
    if (postings !== undefined) this.oweAll(postings, standing.facts)
    this.parts.arm()
  }

  /** Owes what a run's plans found. Returns the standing. */
  reported(standing: RunStanding): RunStanding {
    const { store, now, arm } = this.parts
    const notices = noticesOfPlans(standing, now())
    if (notices.length === 0) return standing
    store.transaction(() => {
      for (const notice of notices) this.oweAll(notice, standing.facts)
    })
    arm()
    return standing
  }

  /** Owes the notice that a run has made no progress since then. */
  stalled(standing: RunStanding, since: number): void {
    const { store, now, arm } = this.parts
    const notice = noticeOfStall(standing, { since, now: now() })
    store.transaction(() => this.oweAll(notice, standing.facts))
    arm()
  }

  /** Whether an endpoint is told of runs that stall. */
  wantsStalls(): boolean {
    const { store } = this.parts
    return store.list().some(({ enabled, events }) => enabled && events.includes('run.stalled'))
  }

  /** Owes the notices of the slots that a schedule missed. */
  changed(before: Schedule, after: Schedule): void {
    const notices = noticesOfSlots(before, after, this.parts.now())
    if (notices.length === 0) return
    const labels = { ...after.labels, schedule: after.schedule_id }
    for (const notice of notices) this.oweAll(notice, { pipeline: after.pipeline, labels })
    this.parts.arm()
  }

  private oweAll(notice: TypedNotice, about: Matched): void {
    for (const webhook of this.parts.store.list())
      if (wants(webhook, notice, about)) this.owe(webhook, notice)
  }

  protected owe({ webhook_id }: Webhook, notice: Notice): void {
    const { store, now } = this.parts
    store.add(openDelivery(notice, webhook_id, now()))
    const owed = store.owed(webhook_id)
    for (const delivery of owed.slice(0, Math.max(0, owed.length - OWED_MAX)))
      store.putDelivery(giveUp(delivery))
  }

  protected giveUpAll(webhook_id: WebhookId): void {
    const { store } = this.parts
    for (const delivery of store.owed(webhook_id)) store.putDelivery(giveUp(delivery))
  }
}
