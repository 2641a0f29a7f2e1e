import { openMemoryStore } from '../support/memory-store.ts'
import { storeContract } from '../support/store-contract.ts'

storeContract('in memory', (test) => {
  const store = openMemoryStore()
  test(store, () => store)
})
