import { startNeonEndpoint } from '../neon-endpoint.ts'
import { randomSecret } from './secret.ts'

/** The Worker's way to a database: a key for the endpoint. The Worker never gets the database's own address. */
export type DatabaseAccess = { readonly DATABASE_URL: string; readonly NEON_ENDPOINT: string }

type Opened = { readonly access: DatabaseAccess; readonly close: () => Promise<void> }

/** Opens an endpoint in front of a database, with a key of its own and this many connections. */
export async function openAccess(database_url: string, connections: number): Promise<Opened> {
  const key = `postgresql://runcast:${randomSecret()}@localhost/runcast`
  const endpoint = await startNeonEndpoint({ database_url, connection_string: key, connections })
  return {
    access: { DATABASE_URL: key, NEON_ENDPOINT: endpoint.url },
    close: () => endpoint.close(),
  }
}
