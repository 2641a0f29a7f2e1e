import type { z } from 'zod'

import type { Source } from '../../../protocol/company.ts'
import { furtherBoardAt } from './platforms.ts'
import * as registry from './registry.ts'

/** A board to which an address belongs. `source` is undefined if no source reads the board by this address. */
export type BoardAt = {
  readonly platform: string
  readonly board: string
  readonly source?: Source
}

type AddressedSource = {
  readonly name: string
  readonly type: string
  readonly config: z.ZodType<Source>
  readonly boardOf?: (address: URL) => string | undefined
}

const sources: readonly AddressedSource[] = Object.values<AddressedSource>(registry)

/** Finds the board of a known platform to which a public address belongs, by the address alone. */
export function boardAt(address: URL): BoardAt | undefined {
  const { protocol, port, username, password } = address
  const isPlain = /^https?:$/.test(protocol) && `${port}${username}${password}` === ''
  return isPlain ? (registeredBoardAt(address) ?? furtherBoardAt(address)) : undefined
}

function registeredBoardAt(address: URL): BoardAt | undefined {
  for (const { name: platform, type, config, boardOf } of sources) {
    const board = boardOf?.(address)
    const source = board === undefined ? undefined : config.safeParse({ type, board }).data
    if (board !== undefined && source) return { platform, board, source }
  }
  return undefined
}
