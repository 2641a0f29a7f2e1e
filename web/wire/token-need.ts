/** Why a person has to give a token. */
export type TokenNeed = 'none' | 'missing' | 'refused'

/** This tab's token is kept under this key of its session. */
const KEY = 'runcast-token'

let need: TokenNeed = 'none'
const listeners = new Set<() => void>()

export const tokenNeed = {
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  read: (): TokenNeed => need,
}

/** The token of a shared link. While the page shows a shared run or matter, it uses no other one. */
let shared: string | undefined

export function sharedToken(): string | undefined {
  return shared
}

/** Uses the token of a shared link from now on. A shared page stands alone, so nothing on the page leads away. */
export function showShared(token: string): void {
  shared = token
}

export function keptToken(): string | null {
  return shared ?? sessionStorage.getItem(KEY)
}

export function giveToken(token: string): void {
  sessionStorage.setItem(KEY, token)
  setNeed('none')
}

export function forgetToken(): void {
  sessionStorage.removeItem(KEY)
}

/** Forgets the token. The page asks for another one before it shows anything again. */
export function signOut(): void {
  forgetToken()
  setNeed('missing')
}

export function setNeed(next: TokenNeed): void {
  need = next
  for (const listener of listeners) listener()
}
