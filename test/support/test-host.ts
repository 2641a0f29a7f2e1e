import { parseRobots } from '../../src/durable/host/host-robots.ts'
import type {
  HostAnswer,
  HostLeave,
  HostRequest,
  RobotsAnswer,
} from '../../src/durable/host/host-rpc.ts'
import { enter, learn, leave, newHost } from '../../src/durable/host/host-state.ts'
import type { Settings } from '../../src/settings.ts'
import { readSettings } from '../../src/settings.ts'

const origin = 'https://careers.example.com'

/** One host's state, and a clock. */
export class TestHost {
  state = newHost
  now = Date.parse('2026-11-22T12:00:00Z')
  readonly settings: Settings

  constructor(settings: Partial<Settings> = {}) {
    this.settings = readSettings(JSON.stringify(settings))
  }

  /** Asks to send a request. By default it is a request of a documented API. */
  enter(path = '/', request: Partial<HostRequest> = {}): HostAnswer {
    const { file } = this.state
    const rules = file === null ? null : parseRobots(origin, file)
    const asked = { url: origin + path, robots: false, paced: true, ...request }
    const { state, answer } = enter(this.state, asked, { ...this.moment(), rules })
    this.state = state
    return answer
  }

  page(path = '/jobs'): HostAnswer {
    return this.enter(path, { robots: true })
  }

  /** Enters, and returns the ticket. Throws if the host answers to wait. */
  ticket(request: Partial<HostRequest> = {}): number {
    const answer = this.enter('/', request)
    if ('ticket' in answer) return answer.ticket
    throw new Error('reason' in answer ? `${answer.kind}: ${answer.reason.message}` : answer.kind)
  }

  learn(answer: Partial<RobotsAnswer> & { ticket: number }): void {
    this.state = learn(this.state, { status: 200, text: '', ...answer }, this.moment())
  }

  leave(left: Partial<HostLeave> & { ticket: number }): void {
    this.state = leave(this.state, { status: 200, retry_at: null, ...left }, this.moment())
  }

  /** Makes one request when its time has come, whose answer has this status. */
  meet(status: number | null, retry_at: number | null = null): void {
    this.pass(this.settings.host_interval_ms)
    this.leave({ ticket: this.ticket(), status, retry_at })
  }

  /** Reads robots.txt. Throws if the host does not ask for it. */
  read(status: number | null, text: string | null = null): void {
    const answer = this.page()
    if (answer.kind !== 'read_robots') throw new Error(`${answer.kind}, not read_robots`)
    this.learn({ ticket: answer.ticket, status, text })
  }

  pass(ms: number): void {
    this.now += ms
  }

  private moment() {
    return { now: this.now, settings: this.settings }
  }
}
