const MOST = 2_000
const LONGEST = 200

/**
 * Keeps the answers that a pure function gives for short texts. The places and the kinds of employment of a job board
 * are the same few words again and again. Once 2,000 texts are known, all are forgotten.
 */
export function remembered<Answer>(answer: (text: string) => Answer): (text: string) => Answer {
  const known = new Map<string, { readonly answer: Answer }>()
  return (text) => {
    if (text.length > LONGEST) return answer(text)
    const found = known.get(text) ?? { answer: answer(text) }
    if (known.size >= MOST) known.clear()
    known.set(text, found)
    return found.answer
  }
}
