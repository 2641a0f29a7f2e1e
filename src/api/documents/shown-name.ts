/** Longer names lose their middle, and keep the ending that says what they are. */
const LENGTH = 255
const ENDING = 20

/** A file's name as it may be shown: no path, and nothing that breaks or turns the line around it. */
export function shownName(name: string): string {
  const last = name.toWellFormed().split(/[/\\]/).at(-1) ?? ''
  const shown = last.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').trim()
  return /^\.*$/.test(shown) ? 'unnamed' : cutName(Array.from(shown))
}

function cutName(chars: readonly string[]): string {
  if (chars.length <= LENGTH) return chars.join('')
  return [...chars.slice(0, LENGTH - ENDING - 1), '…', ...chars.slice(-ENDING)].join('')
}
