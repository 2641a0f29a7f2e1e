import { minifySync, type Plugin } from 'vite'

/**
 * Names of properties that never leave the library: they are on no wire, no header is called so, no tab
 * says them to another of an older build, and no caller sees them.
 */
export const INNER_NAMES: readonly string[] = [
  'asked',
  'beat_ms',
  'choice',
  'connects',
  'does',
  'ending',
  'etag',
  'failure',
  'failures',
  'held',
  'heard',
  'inbox',
  'isSet',
  'items',
  'leaveIn',
  'left',
  'life',
  'listen',
  'lived',
  'opened',
  'passOn',
  'put_off',
  'refuse',
  'renewable',
  'retry_after_ms',
  'sayHere',
  'silent',
  'standing',
  'streams',
  'texts',
  'took',
  'tries',
  'up_at',
]

/** Shortens them, the same in all chunks. */
export function shortNames(): Plugin {
  const include = new RegExp(`^(${INNER_NAMES.join('|')})$`)
  return {
    name: 'runcast-short-names',
    generateBundle(_, bundle) {
      let cache = {}
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue
        const { code, mangleCache = {} } = minifySync(chunk.fileName, chunk.code, {
          module: true,
          mangleProps: { include, cache },
        })
        cache = mangleCache
        chunk.code = code
      }
    },
  }
}
