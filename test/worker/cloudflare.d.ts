declare namespace Cloudflare {
  // oxlint-disable-next-line typescript/consistent-type-imports -- an import statement would make this file a module, which declares nothing globally
  type Worker = typeof import('../../src/index.ts')
  // oxlint-disable-next-line typescript/consistent-type-imports -- as above
  type Bindings = import('../../src/env.ts').Env

  interface GlobalProps {
    mainModule: Worker
    durableNamespaces: 'RunObject' | 'HostObject'
  }

  // oxlint-disable-next-line typescript/no-empty-object-type -- what tests find under `env`
  interface Env extends Bindings {}
}
