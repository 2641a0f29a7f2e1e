import { z } from 'zod'

/** NUL, and half a surrogate pair: what neither Postgres nor SQLite's JSON can hold, nor UTF-8. */
const UNSTORABLE = /[\0\p{Cs}]/u

/**
 * What a name is not made of besides: control characters, ends of lines, and what turns the direction
 * of the text after it, so that one name looks like another.
 */
const UNNAMABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u

/** Something that is seen. */
const VISIBLE = /[^\p{Z}\p{Cc}\p{Cf}]/u

const KIND = {
  error: ({ input }: { input?: unknown }) => (input === undefined ? 'is missing' : 'must be text'),
}

/**
 * Text that somebody gives, of 1 to so many characters: the type of every string of an input that has
 * no form of its own. What cannot be stored as it is, is refused rather than changed, so that nobody
 * is given back something else than they gave.
 */
export function givenText(most: number) {
  return sized(z.string(KIND), most).superRefine((text, context) =>
    refuse(text, UNSTORABLE, context),
  )
}

/** The same for what is shown as a name, without white space around it. */
export function givenName(most: number) {
  return sized(z.string(KIND).trim(), most).superRefine((text, context) => {
    refuse(text, UNNAMABLE, context)
    if (!VISIBLE.test(text)) context.addIssue({ code: 'custom', message: 'must not be blank' })
  })
}

/** What is too long is not looked through. */
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
