import { z } from 'zod'

/** NUL, which neither Postgres nor SQLite's JSON can hold, and lone surrogates, which UTF-8 cannot encode. */
const UNSTORABLE = /[\0\p{Cs}]/u

/**
 * Characters that a name must not have: control characters, line ends, and those that change the direction
 * of the text after them, by which one name could look like another.
 */
const UNNAMABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u

/** A visible character. */
const VISIBLE = /[^\p{Z}\p{Cc}\p{Cf}]/u

const KIND = {
  error: ({ input }: { input?: unknown }) => (input === undefined ? 'is missing' : 'must be text'),
}

/**
 * A text of 1 to `most` characters from outside. Every string of an input that has no form of its own has
 * this type. Text that no store can hold is refused and not changed, so that a caller always reads back
 * the text that the caller gave.
 */
export function givenText(most: number) {
  return sized(z.string(KIND), most).superRefine((text, context) =>
    refuse(text, UNSTORABLE, context),
  )
}

/** A name from outside, of 1 to `most` characters. White space around it is removed. */
export function givenName(most: number) {
  return sized(z.string(KIND).trim(), most).superRefine((text, context) => {
    refuse(text, UNNAMABLE, context)
    if (!VISIBLE.test(text)) context.addIssue({ code: 'custom', message: 'must not be blank' })
  })
}

/** Checks the length first. A text that is too long fails at once, so that no regular expression searches it. */
function sized(text: z.ZodString, most: number): z.ZodString {
  return text
    .min(1, { error: 'must not be empty', abort: true })
    .max(most, { error: `must have at most ${most} characters`, abort: true })
}

function refuse(text: string, characters: RegExp, context: z.RefinementCtx): void {
  const found = characters.exec(text)?.[0].codePointAt(0)
  if (found === undefined) return
  const name = found.toString(16).toUpperCase().padStart(4, '0')
  const message = `must not contain the character U+${name}: take it out`
  context.addIssue({ code: 'custom', message })
}
