declare namespace Cloudflare {
  interface GlobalProps {
    // oxlint-disable-next-line typescript/consistent-type-imports -- an import statement would make this file a module, which declares nothing globally
    mainModule: typeof import('../../src/index.ts')
    durableNamespaces: 'RunObject'
  }
}
