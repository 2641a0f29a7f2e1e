import { expect } from 'vitest'

import { addCheckpoint, begin, type Proves } from './stored-run.ts'

export function outboxCases(proves: Proves): void {
  proves('Q-2: keeps an entry until it is dropped, also after a restart', (store, reopen) => {
    begin(store)
    const [plan, flight, checkpoint] = store.transaction(() => [
      store.addEntry({
        subject: { kind: 'plan', group: 1 },
        state: 'held',
        due: 5,
        sends: 0,
        grant: 0,
        waits: null,
      }),
      store.addEntry({
        subject: { kind: 'flight', group: 0, jobs: [3, 4] },
        state: 'sent',
        due: 6,
        sends: 1,
        grant: 2,
        waits: null,
      }),
      store.addEntry({
        subject: { kind: 'checkpoint' },
        state: 'held',
        due: 7,
        sends: 0,
        grant: 0,
        waits: null,
      }),
    ])
    if (plan === undefined || flight === undefined) throw new Error('no entries')
    expect(store.readEntries()).toEqual([plan, flight, checkpoint])
    expect(reopen().readEntries()).toEqual([plan, flight, checkpoint])
    const leased = { ...flight, state: 'leased', due: 99, sends: 0, grant: 3, since: 84 } as const
    store.transaction(() => {
      store.writeEntry(leased)
      store.dropEntry(plan.id)
    })
    expect(store.readEntries()).toEqual([leased, checkpoint])
    expect(reopen().readEntries()).toEqual([leased, checkpoint])
    const waits = { code: 'host_pace', message: 'A "page" a second.' }
    const fewer = { kind: 'flight', group: 0, jobs: [4] } as const
    const waiting = { ...leased, subject: fewer, state: 'held', due: 100, waits } as const
    store.transaction(() => store.writeEntry(waiting))
    expect(reopen().readEntries()).toEqual([waiting, checkpoint])
  })

  proves(
    'RUN-1: keeps an archive that was sent and given back, also after a restart',
    (store, reopen) => {
      begin(store)
      const fresh = { state: 'held', due: 5, sends: 0, grant: 0, waits: null } as const
      const [archive, checkpoint] = store.transaction(() => [
        store.addEntry({ ...fresh, subject: { kind: 'archive' } }),
        store.addEntry({ ...fresh, subject: { kind: 'checkpoint' } }),
      ])
      if (archive === undefined) throw new Error('no entry')
      expect(reopen().readEntries()).toEqual([archive, checkpoint])
      const sent = { ...archive, state: 'sent', due: 9, sends: 1 } as const
      store.transaction(() => store.writeEntry(sent))
      expect(reopen().readEntries()).toEqual([sent, checkpoint])
    },
  )

  proves('never uses a dropped entry’s id again', (store, reopen) => {
    begin(store)
    const first = addCheckpoint(store)
    store.transaction(() => store.dropEntry(first.id))
    expect(addCheckpoint(store).id).toBeGreaterThan(first.id)
    expect(addCheckpoint(reopen()).id).toBeGreaterThan(first.id + 1)
  })
}
