import { pictureFrom } from '../watched-picture.ts'
import { Broken, expectEqual } from './broken.ts'
import { checkBuried, checkEnd } from './invariants.ts'
import { well } from './parts.ts'
import type { World } from './world.ts'

/**
 * From here on the world is kind, and time passes: all comes to its end. What was on its way until
 * then arrives at once, or when all else is long done.
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

/** A message, else a call, else some time. False: there is nothing left to come. */
async function goOn(world: World): Promise<boolean> {
  const { queue, wire, disk } = world
  const message = queue.deliver(0)
  const sent = message === undefined ? wire.take(0) : undefined
  if (message !== undefined) world.deliver(message, well)
  else if (sent !== undefined) wire.arrive(sent)
  else if (wire.due !== undefined && wire.due < (disk.alarm ?? Infinity))
    await world.pass(wire.due - Date.now())
  else if (disk.alarm !== null) await world.alarm()
  else return false
  return true
}

/** Every watcher comes back until it has seen the end. */
async function gather(world: World): Promise<void> {
  const { room } = world
  room.join(0)
  for (let i = 0; i < 200 && !room.clients.every((one) => room.isThrough(one)); i += 1) {
    room.gather()
    await world.pass(50)
  }
}

/** Everything terminal, and Postgres = object = every watcher; and then all of it is Postgres's. */
function checkRest(world: World): void {
  const { disk, object, database, room } = world
  expectEqual('rest', disk.store.readEntries(), [])
  const shown = world.look()
  if (object.engine.run !== undefined) throw new Broken('rest', 'the run was not archived')
  checkBuried(shown, database)
  checkEnd(
    shown,
    room.clients.map(({ state }) => state),
  )
  const { details, ...due } = pictureFrom(shown)
  for (const client of room.clients) {
    const { details: told, ...seen } = client.picture()
    expectEqual('rest', seen, due)
    if (client.wanted.detail) expectEqual('rest', told, details)
    if (!room.isThrough(client)) throw new Broken('rest', 'a watcher was not told the end')
  }
}
