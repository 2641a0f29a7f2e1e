import { pause, resume } from '../../../src/durable/run/pause.ts'
import { chooseRetry } from '../random-run.ts'
import { endRun, holdRun, openAgain } from './client.ts'
import type { FaultPlan } from './parts.ts'
import type { Sent } from './wire.ts'
import type { World } from './world.ts'

/** One step of a history. `pick` and `count` choose among the things that exist at that moment. */
export type Action = {
  readonly kind: keyof typeof actions
  readonly pick: number
  readonly count: number
}

type Step = (world: World, pick: number, count: number) => void | Promise<void>

/** The steps of messages and calls. */
const deliveries = {
  /** Some messages reach consumers, either the latest or any. Their first calls arrive at once, or later. */
  async deliver(world: World, pick: number, count: number) {
    for (let i = 0; i <= count % 3; i += 1) {
      const { length } = world.queue.mail
      const message = world.queue.deliver(pick % 2 === 0 ? Math.max(0, length - 1) : pick + i)
      if (message === undefined) return
      world.deliver(message, faultPlanOf(pick + i, count))
      if (count !== 0) take(world, -1, (sent) => world.wire.arrive(sent))
      await world.settle()
    }
  },
  /** Some calls arrive, one after the other. */
  async arrive(world: World, pick: number, count: number) {
    for (let i = 0; i <= count % 3; i += 1) {
      take(world, pick + i, (sent) => world.wire.arrive(sent))
      await world.settle()
    }
  },
  /** For a while nothing goes wrong: messages are delivered, and calls arrive. */
  async flow(world: World, pick: number, count: number) {
    for (let i = 0; i < count * 4; i += 1) {
      if (i % 4 === 0) await deliveries.deliver(world, pick + i, 3)
      else take(world, pick + i, (sent) => world.wire.arrive(sent))
      await world.settle()
    }
  },
  messageDoubled: (world: World, pick: number) => world.queue.double(pick),
  messageLost: (world: World, pick: number) => void world.queue.deliver(pick),
  queueWiped: (world: World) => world.queue.wipe(),
  queueAway(world: World, _: number, count: number) {
    world.queue.away = count < 2
  },
  deadLetter(world: World, pick: number) {
    const message = world.queue.deliver(pick)
    if (message !== undefined) world.object.lose(message)
  },
  callLost: (world: World, pick: number) => take(world, pick, (sent) => world.wire.lose(sent)),
  answerLost: (world: World, pick: number) =>
    take(world, pick, (sent) => world.wire.arrive(sent, false)),
  callLate: (world: World, pick: number, count: number) =>
    take(world, pick, (sent) => world.wire.delay(sent, 30 + 25 * count)),
  callDoubled: (world: World, pick: number) =>
    take(world, pick, (sent) => {
      world.wire.double(sent)
      world.wire.arrive(sent)
    }),
  consumerDies: (world: World, pick: number) => take(world, pick, (sent) => world.wire.die(sent)),
} satisfies Record<string, Step>

/** The troubles of the object and of Postgres. */
const failures = {
  diskSlow(world: World, _: number, count: number) {
    world.disk.slow = count < 3
  },
  callFails(world: World, pick: number) {
    take(world, pick, (sent) => failIn(world, () => world.wire.arrive(sent)))
  },
  async callCrashes(world: World, pick: number) {
    take(world, pick, (sent) => failIn(world, () => world.wire.arrive(sent)))
    await world.crash(pick)
  },
  crash: (world: World, pick: number) => world.crash(pick),
  evict: (world: World, pick: number) => world.evict(pick),
  /** A statement gets no answer, although it may have taken effect. */
  databaseCuts(world: World, pick: number, count: number) {
    const sent = world.wire.take(pick, 'database')
    if (sent !== undefined && count % 2 === 0) world.wire.arrive(sent, false)
    else if (sent !== undefined) world.wire.lose(sent)
  },
  databaseAway(world: World, _: number, count: number) {
    world.database.away = count < 2
  },
} satisfies Record<string, Step>

const time = {
  passes: (world: World, pick: number) => world.pass(pick),
  alarm: (world: World) => world.alarm(),
  /** The owner's object ends and wakes, and makes good what it has not told. */
  ownerWakes(world: World) {
    world.owner.restart()
    void world.owner.admissions.tell()
  },
  async alarmTwice(world: World) {
    await world.alarm()
    await world.settle()
    await world.object.alarm()
  },
  async alarmThrows(world: World) {
    world.disk.failing = true
    await world.alarm()
    world.disk.failing = false
  },
  /** The object crashes after its alarm threw. The alarm's next time may be durable by then or not. */
  async alarmCrashes(world: World, pick: number, count: number) {
    const { slow } = world.disk
    world.disk.failing = true
    await world.alarm()
    if (count % 2 === 0) world.disk.sync()
    world.disk.slow = slow
    await world.crash(pick)
  },
} satisfies Record<string, Step>

const clients = {
  join: (world: World, pick: number) => world.watchers.join(pick),
  leave: (world: World, pick: number) => world.watchers.leave(pick),
  comeBack: (world: World, pick: number) => world.watchers.comeBack(pick),
  stray: (world: World, pick: number) => world.watchers.stray(pick),
  stall: (world: World, pick: number) => world.watchers.stall(pick),
  drain: (world: World, pick: number) => world.watchers.drain(pick),
  startAgain: (world: World) => world.create(),
  abort(world: World) {
    world.wire.start(endRun(world.parts, (aborted) => world.aborted.push(aborted)))
  },
  pause(world: World) {
    world.wire.start(holdRun(world.parts, pause))
  },
  resume(world: World) {
    world.wire.start(holdRun(world.parts, resume))
  },
  /** The owner pauses all runs, or lets them go on. */
  pauseAll(world: World, pick: number) {
    const { admissions } = world.owner
    if (pick % 2 === 0) admissions.pause('alice')
    else admissions.resume()
    void admissions.tell()
  },
  retry(world: World, pick: number, count: number) {
    const { store } = world.disk
    const run = { store, jobs: () => [...world.look().jobs] }
    world.wire.start(openAgain(world.parts, chooseRetry(run, pick, count)))
  },
} satisfies Record<string, Step>

const actions = { ...deliveries, ...failures, ...time, ...clients }

export async function perform(world: World, { kind, pick, count }: Action): Promise<void> {
  const step: Step = actions[kind]
  await step(world, pick, count)
  await world.settle()
}

function take(world: World, pick: number, use: (sent: Sent) => void): void {
  const sent = pick < 0 ? world.wire.sent.pop() : world.wire.take(pick)
  if (sent !== undefined) use(sent)
}

function failIn(world: World, work: () => void): void {
  world.disk.failing = true
  work()
  world.disk.failing = false
}

function faultPlanOf(pick: number, count: number): FaultPlan {
  return { kind: 'any', seed: pick + count * 11 }
}
