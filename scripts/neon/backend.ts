import { Pool, type PoolClient } from 'pg'

import type { Statement } from './request.ts'

/** One statement's result in Neon's form: values as Postgres's text, rows as arrays. */
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

/** A pool of connections to the Postgres that runs the statements. */
export class Backend {
  readonly #pool: Pool

  constructor({ database_url, connections }: BackendOptions) {
    this.#pool = new Pool({ connectionString: database_url, max: connections })
    // The pool drops an idle connection that breaks, and the next statement opens another one.
    this.#pool.on('error', () => undefined)
  }

  /** Runs one statement. Asks `wanted` when a connection is free, because the caller may have left by then. */
  async run(statement: Statement, wanted: () => boolean): Promise<NeonResult | undefined> {
    return this.#withClient(wanted, (client) => execute(client, statement))
  }

  /** Runs all statements in one transaction. */
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
    // A connection may break between two statements of a batch. The next statement fails then, so the
    // event needs no handler.
    client.on('error', ignore)
    try {
      return wanted() ? await use(client) : undefined
    } finally {
      client.off('error', ignore)
      // Closes the connection after a failed batch, because its transaction is still open.
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
