import type { RunToken, RunTokenRpc } from '../../src/durable/owner/tokens/run-token-rpc.ts'

/** The list of an owner's watch tokens of runs in memory. No run has a title. */
export function openMemoryRunTokens(): RunTokenRpc {
  const tokens = new Map<string, RunToken>()
  return {
    keepToken: async (token) => void tokens.set(token.token_id, token),
    dropToken: async ({ run_id, token_id }) => {
      if (tokens.get(token_id)?.run_id === run_id) tokens.delete(token_id)
    },
    listTokens: async ({ after, limit }) =>
      [...tokens.values()]
        .filter((token) => token.until > Date.now())
        .toSorted((one, other) => order(one, other))
        .filter((token) => after === undefined || order(after, token) < 0)
        .slice(0, limit)
        .map((token) => ({ ...token, title: null })),
  }
}

type Placed = Pick<RunToken, 'made' | 'token_id'>

/** The newest first, and of the same time by their ids. */
function order(one: Placed, other: Placed): number {
  return other.made - one.made || (one.token_id < other.token_id ? -1 : 1)
}
