import { openSqlStore } from '../../src/durable/sql-store.ts'
import { storeContract } from '../support/store-contract.ts'
import { newRunId, stubOf, within } from './object.ts'

storeContract("in the object's SQLite", (test) =>
  within(stubOf(newRunId()), (_, { storage }) =>
    test(openSqlStore(storage), () => openSqlStore(storage)),
  ),
)
