import { expect } from 'vitest'

import { begin, type Proves } from './stored-run.ts'

export function tokenCases(proves: Proves): void {
  proves('W-12: refuses only a revoked token, also after a restart', (store, reopen) => {
    begin(store)
    expect(store.isTokenRevoked('a')).toBe(false)
    store.transaction(() => store.revokeToken('a', 50, 10))
    expect(store.isTokenRevoked('a')).toBe(true)
    expect(store.isTokenRevoked('A')).toBe(false)
    expect(reopen().isTokenRevoked('a')).toBe(true)
  })

  proves('W-12: refuses a token for the longest time of its revocations', (store) => {
    begin(store)
    store.transaction(() => store.revokeToken('a', 50, 10))
    store.transaction(() => store.revokeToken('a', 20, 10))
    store.transaction(() => store.revokeToken('b', 60, 49))
    expect(store.isTokenRevoked('a')).toBe(true)
  })

  proves('W-12: forgets revoked tokens that have expired', (store) => {
    begin(store)
    store.transaction(() => store.revokeToken('a', 50, 10))
    store.transaction(() => store.revokeToken('b', 51, 10))
    store.transaction(() => store.revokeToken('c', 90, 50))
    expect(['a', 'b', 'c'].map((id) => store.isTokenRevoked(id))).toEqual([false, true, true])
  })
}
