const encoder = new TextEncoder()

/** Bytes that one unit of UTF-16 takes at most. */
const UTF8_MAX = 3

type Shape = { readonly open: '{' | '['; readonly close: '}' | ']' }

export const inObjects: Shape = { open: '{', close: '}' }
export const inArrays: Shape = { open: '[', close: ']' }

/**
 * JSON objects `{group: {…}}` or `{group: […]}` put together from texts. A new object is begun where
 * the last one would pass `max` bytes, so that no event grows without bound (EV-4).
 */
export class GroupedJson {
  private readonly shape: Shape
  private readonly max: number
  private readonly done: string[] = []
  private text = ''
  /** As many bytes as the text may have: exact when it was last counted. */
  private bytes = 0
  private group = ''

  constructor(shape: Shape, max: number) {
    this.shape = shape
    this.max = max
  }

  /** Both are JSON texts: the group's key, and its next member. */
  add(group: string, member: string): void {
    if (!this.fits(group, member)) this.close()
    const head = group === this.group ? ',' : `${this.between()}${group}:${this.shape.open}`
    this.bytes += UTF8_MAX * (head.length + member.length)
    this.group = group
    this.text += head + member
  }

  /** Whether it goes into the object that is open; one that is empty takes anything. */
  fits(group: string, member: string): boolean {
    if (this.text === '') return true
    const head = group === this.group ? 1 : group.length + 4
    if (this.bytes + UTF8_MAX * (head + member.length) <= this.max) return true
    // Counting costs more than all else here, and hardly an object comes near its limit.
    this.bytes = bytesOf(this.text)
    return this.bytes + bytesOf(group === this.group ? '' : group) + 4 + bytesOf(member) <= this.max
  }

  get isEmpty(): boolean {
    return this.text === '' && this.done.length === 0
  }

  /** Closes what is open, and answers all of it. */
  texts(): readonly string[] {
    if (this.text !== '') this.close()
    return this.done
  }

  private between(): string {
    return this.text === '' ? '{' : `${this.shape.close},`
  }

  private close(): void {
    this.done.push(`${this.text}${this.shape.close}}`)
    this.text = ''
    this.bytes = 0
    this.group = ''
  }
}

function bytesOf(text: string): number {
  return encoder.encode(text).length
}
