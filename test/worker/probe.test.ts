import { env, exports } from 'cloudflare:workers'
import { runInDurableObject, reset } from 'cloudflare:test'
import { expect, it } from 'vitest'
it('probe', async () => {
  console.log(Object.keys(env))
  const stub = env.RUNS.getByName('0'.repeat(32))
  await runInDurableObject(stub, (o: any, ctx) => {
    console.log(o.env === env, o.env.PLAN_QUEUE === env.PLAN_QUEUE, o.constructor.name, Object.keys(o))
    console.log(ctx.storage.sql.databaseSize)
    const q = o.env.PLAN_QUEUE
    try { q.sendBatch = async () => { console.log('captured') } } catch (e) { console.log('cannot', e) }
    console.log(Object.isFrozen(o.env), Reflect.getOwnPropertyDescriptor(o.env, 'PLAN_QUEUE'))
  })
})
