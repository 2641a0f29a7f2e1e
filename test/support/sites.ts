import type { TestProject } from 'vitest/node'

import { startSites } from '../../scripts/sites/server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The origin of the sample career sites. */
    sites: string
  }
}

/** Starts sample career sites for the duration of the suite. Each test uses boards of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const sites = await startSites({ companies: 60, postings: 25, content: 200 })
  project.provide('sites', sites.origin)
  return () => sites.close()
}
