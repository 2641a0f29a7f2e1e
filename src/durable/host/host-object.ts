import { DurableObject } from 'cloudflare:workers'

import type { Settings } from '../../settings.ts'
import { readSettings } from '../../settings.ts'
import type { RobotsFile, RobotsRules } from './host-robots.ts'
import { parseRobots } from './host-robots.ts'
import type { HostAnswer, HostLeave, HostRequest, HostRpc, RobotsAnswer } from './host-rpc.ts'
import type { HostState } from './host-state.ts'
import { enter, learn, leave, newHost } from './host-state.ts'
import { readHost, writeHost } from './sql-host.ts'

/** The Worker's bindings that this object uses. */
export type HostObjectEnv = { readonly SETTINGS: string }

/**
 * Keeps the pace of one host for all runs; the host's origin is the object's name. This class is a thin shell over
 * the pure transitions of `host-state.ts`. The object only answers calls and sends nothing by itself, so it needs
 * no alarm.
 */
export class HostObject extends DurableObject<HostObjectEnv> implements HostRpc {
  private readonly settings: Settings
  private state: HostState
  private parsed: { readonly file: RobotsFile; readonly rules: RobotsRules } | null = null

  constructor(ctx: DurableObjectState, env: HostObjectEnv) {
    super(ctx, env)
    this.settings = readSettings(env.SETTINGS)
    this.state = readHost(ctx.storage.sql) ?? newHost
  }

  async enter(request: HostRequest): Promise<HostAnswer> {
    const { origin } = new URL(request.url)
    if (origin !== this.ctx.id.name) {
      throw new Error(`${origin} has a pace of its own, not that of ${this.ctx.id.name}`)
    }
    const moment = this.moment()
    const { state, answer } = enter(this.state, request, { ...moment, rules: this.rules(origin) })
    this.keep(state)
    return { ...answer, at: moment.now }
  }

  async learn(request: RobotsAnswer): Promise<void> {
    this.keep(learn(this.state, request, this.moment()))
  }

  async leave(request: HostLeave): Promise<void> {
    this.keep(leave(this.state, request, this.moment()))
  }

  private moment() {
    return { now: Date.now(), settings: this.settings }
  }

  private rules(origin: string): RobotsRules | null {
    const { file } = this.state
    if (file === null) return null
    if (this.parsed?.file !== file) this.parsed = { file, rules: parseRobots(origin, file) }
    return this.parsed.rules
  }

  private keep(state: HostState): void {
    if (state === this.state) return
    this.ctx.storage.transactionSync(() => writeHost(this.ctx.storage.sql, this.state, state))
    this.state = state
  }
}
