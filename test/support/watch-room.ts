import type { RunEvent } from '../../src/protocol/events.ts'
import { isTerminalRun } from '../../src/protocol/terminal.ts'
import type { RandomRun } from './random-run.ts'
import type { TestWatch } from './test-watch.ts'
import { Client } from './test-watch.ts'

/** Clients that come, go, lag and come back, each checked with every event that it reads. */
export class WatchRoom {
  readonly clients: Client[] = []
  /** What was shown and should not have been. */
  readonly faults: string[] = []
  private readonly left: Client[] = []
  private readonly run: RandomRun
  private readonly watch: TestWatch
  /** What a watcher should see at each seq, and up to which one it is durable. */
  private readonly pictures = new Map<string, ReturnType<TestWatch['picture']>>()
  private durable = 0
  private sync_ms = 0

  constructor(run: RandomRun, watch: TestWatch) {
    this.run = run
    this.watch = watch
    this.note()
    watch.synced = async () => {
      const { seq } = this.run.test.run
      if (this.sync_ms > 0) await new Promise((done) => setTimeout(done, this.sync_ms))
      this.durable = Math.max(this.durable, seq)
    }
  }

  note(): void {
    this.pictures.set(this.cursor(), this.watch.picture())
  }

  connect(client = new Client()): void {
    client.saw = (event) => this.check(client, event)
    this.clients.push(this.watch.connect(client))
  }

  leave(pick: number): void {
    const [client] = this.clients.splice(pick % Math.max(1, this.clients.length), 1)
    if (client === undefined) return
    this.watch.leave(client)
    if (!isTerminalRun(client.state.status)) this.left.push(client)
  }

  /** A stream is cut anywhere; its client comes back with what it has and its last cursor. */
  resume(pick: number): void {
    this.leave(pick)
    const before = this.left.splice(pick % Math.max(1, this.left.length), 1)[0]
    // The object answers 204 to who has seen the end.
    if (before !== undefined && !this.hasSeenAll(before)) this.connect(new Client(before))
  }

  stall(pick: number): void {
    const client = this.clients[pick % this.clients.length]
    if (client !== undefined) client.room = false
  }

  drain(pick: number): void {
    const client = this.clients[pick % this.clients.length]
    if (client !== undefined) this.watch.drain(client)
  }

  slowSync(pick: number): void {
    this.sync_ms = pick
  }

  hasSeenAll(client: Client): boolean {
    return isTerminalRun(this.run.test.run.life.status) && client.cursor === this.cursor()
  }

  private cursor(): string {
    return `epoch.${this.run.test.run.seq}`
  }

  /** EV-9: with an id, what it shows is the run's state there. W-11: and that is durable. */
  private check(client: Client, { event, data, id }: RunEvent): void {
    const fault = (what: string): void => void this.faults.push(`${what} ${id ?? ''}`)
    const ends = client.events.filter((one) => one.event === 'status' && isTerminalRun(one.data))
    const isEnd = event === 'status' && isTerminalRun(data)
    if (ends.length !== (isEnd ? 1 : 0)) fault('there is more after the end')
    if (id === undefined) return
    const due = JSON.stringify(this.pictures.get(id))
    if (JSON.stringify(client.picture()) !== due) fault('not the state at')
    if (Number(id.split('.')[1]) > this.durable) fault('not durable yet:')
  }
}
