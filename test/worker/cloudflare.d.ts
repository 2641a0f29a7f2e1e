declare namespace Cloudflare {
  // oxlint-disable-next-line typescript/consistent-type-imports -- an import statement would make this file a module, which declares nothing globally
  type Worker = typeof import('../../src/index.ts')
  // oxlint-disable-next-line typescript/consistent-type-imports -- as above
  type Bindings = import('../../src/env.ts').Env

  interface GlobalProps {
    mainModule: Worker
    durableNamespaces: 'RunObject' | 'HostObject' | 'OwnerObject' | 'TaskObject'
  }

  // oxlint-disable-next-line typescript/consistent-type-imports -- as above
  type FlightQueue = import('../../src/durable/run/run-post.ts').FlightQueue

  /** The bindings that tests find in `env`, with the queues that pipelines have of their own. */
  interface Env extends Bindings {
    readonly INGESTION_QUEUE: FlightQueue
    readonly DOCUMENTS_QUEUE: FlightQueue
  }
}
