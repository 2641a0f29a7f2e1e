import { Pool, type PoolClient } from 'pg'

import type { Statement } from './request.ts'

/** One statement's result as Neon says it: values as Postgres' own text, rows as arrays. */
export type NeonResult = {
  readonly command: string
  readonly rowCount: number | null
  readonly rows: readonly (string | null)[][]
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[]
}

export type BackendOptions = {
  readonly database_url: string
  readonly connections: number
}

const rawText = { getTypeParser: () => (value: string) => value }

/** A Postgres that statements are passed on to. */
export class Backend {
  readonly #pool: Pool

  constructor({ database_url, connections }: BackendOptions) {
    this.#pool = new Pool({ connectionString: database_url, max: connections })
    // An idle connection that breaks is dropped by the pool; the next statement finds out itself.
    this.#pool.on('error', () => undefined)
  }

  /** Runs one statement. `wanted` is asked again once it is its turn: its caller may have left. */
  async run(statement: Statement, wanted: () => boolean): Promise<NeonResult | undefined> {
    return this.#withClient(wanted, (client) => execute(client, statement))
  }

  /** Runs all statements in one transaction, or none. */
  async runAll(
    begin: string,
    statements: readonly Statement[],
    wanted: () => boolean,
  ): Promise<NeonResult[] | undefined> {
    return this.#withClient(wanted, async (client) => {
      await client.query(begin)
      const results = []
      for (const statement of statements) results.push(await execute(client, statement))
      await client.query('COMMIT')
      return results
    })
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }

  async #withClient<T>(
    wanted: () => boolean,
    use: (client: PoolClient) => Promise<T>,
  ): Promise<T | undefined> {
    const client = await this.#pool.connect()
    // One that breaks between two statements of a batch says so to nobody else: the next one fails.
    client.on('error', ignore)
    try {
      return wanted() ? await use(client) : undefined
    } finally {
      client.off('error', ignore)
      // What a failed batch left open ends with its connection.
      client.release(client.getTransactionStatus() !== 'I')
    }
  }
}

function ignore(): void {}

async function execute(client: PoolClient, { query, params }: Statement): Promise<NeonResult> {
  const result = await client.query<(string | null)[]>({
    text: query,
    values: params,
    rowMode: 'array',
    types: rawText,
  })
  return {
    command: result.command,
    rowCount: result.rowCount,
    rows: result.rows,
    fields: result.fields.map(({ name, dataTypeID }) => ({ name, dataTypeID })),
  }
}
