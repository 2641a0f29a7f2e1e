import { resume } from '../../../src/durable/run/pause.ts'
import { problems } from '../../../src/durable/run/tally.ts'
import { pictureFrom, type Shown } from '../watched-picture.ts'
import { Broken, expectEqual } from './broken.ts'
import { checkArchived, checkEnd } from './invariants.ts'
import { noFaults } from './parts.ts'
import type { World } from './world.ts'

/**
 * Ends all troubles and lets time pass until everything is done. Calls that are still open arrive at once,
 * or after everything else is done.
 */
export async function comeToRest(world: World, zombies: 'first' | 'last'): Promise<void> {
  world.disk.slow = false
  world.disk.failing = false
  world.queue.away = false
  world.database.away = false
  const late = zombies === 'last' ? world.wire.sent.splice(0) : []
  await calm(world)
  for (const sent of late) {
    world.wire.arrive(sent)
    await world.settle()
  }
  await calm(world)
  await gather(world)
  checkRest(world)
}

async function calm(world: World): Promise<void> {
  for (let i = 0; i < 3_000; i += 1) {
    if (!(await goOn(world))) return
    await world.settle()
  }
  throw new Broken('rest', `it never came to rest, and is ${world.look().run.life.status}`)
}

/** Delivers a message, or lets a call arrive, or lets time pass. Returns false if nothing is left. */
async function goOn(world: World): Promise<boolean> {
  const { queue, wire, disk, owner } = world
  const message = queue.deliver(0)
  const sent = message === undefined ? wire.take(0) : undefined
  if (message !== undefined) world.deliver(message, noFaults)
  else if (sent !== undefined) wire.arrive(sent)
  else if (wire.due !== undefined && wire.due < (disk.alarm ?? Infinity))
    await world.pass(wire.due - Date.now())
  else if (disk.alarm !== null && disk.alarm <= (owner.admissions.due() ?? Infinity))
    await world.alarm()
  else if (owner.admissions.due() !== undefined) await ownerAlarm(world)
  else return resumeAll(world)
  return true
}

/** Ends the pauses, once nothing is left to happen: a late call may have begun one. Returns whether there was one. */
function resumeAll({ owner, object }: World): boolean {
  const isPaused = object.engine.run?.paused !== undefined
  if (isPaused) object.call(resume, { by: 'alice' }, { kind: 'unknown' })
  if (owner.admissions.shown().paused === undefined) return isPaused
  owner.admissions.resume()
  void owner.admissions.tell()
  return true
}

/** Waits until the owner's object is due to tell the run again, and lets it. */
async function ownerAlarm(world: World): Promise<void> {
  const { admissions } = world.owner
  await world.pass(Math.max(0, (admissions.due() ?? 0) - Date.now()))
  void admissions.tell()
  await world.settle()
}

/** Lets every watcher connect again until it has the end. */
async function gather(world: World): Promise<void> {
  const { watchers } = world
  watchers.join(0)
  for (let i = 0; i < 200 && !watchers.clients.every((one) => watchers.isThrough(one)); i += 1) {
    watchers.gather()
    await world.pass(50)
  }
}

/** OWN-1: what a client of the owner's list has folded is the run as it is at rest. */
function checkOwner({ owner }: World, { run }: Shown): void {
  const listed = [...owner.read().values()].map(({ external_id, status, detail }) => {
    return { external_id, status, attempt: detail?.attempt, problems: detail?.run?.problems }
  })
  const { run_id: external_id, life, round: attempt, tally } = run
  const due = { external_id, status: life.status, attempt, problems: problems(tally) }
  expectEqual('owner', listed, [due])
}

/**
 * Checks that everything is terminal, that Postgres, the object and every watcher agree, and that the run
 * is archived.
 */
function checkRest(world: World): void {
  const { disk, object, database, watchers } = world
  expectEqual('rest', disk.store.readEntries(), [])
  const shown = world.look()
  checkOwner(world, shown)
  if (object.engine.run !== undefined) throw new Broken('rest', 'the run was not archived')
  checkArchived(shown, database)
  checkEnd(
    shown,
    watchers.clients.map(({ state }) => state),
  )
  const { details, ...due } = pictureFrom(shown)
  for (const client of watchers.clients) {
    const { details: told, ...seen } = client.picture()
    expectEqual('rest', seen, due)
    if (client.wanted.detail) expectEqual('rest', told, details)
    if (!watchers.isThrough(client)) throw new Broken('rest', 'a watcher was not told the end')
  }
}
