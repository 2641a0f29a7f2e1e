/** The names of what must hold after every step of a simulated history. A failure carries the name. */
export type Invariant =
  | 'counts'
  | 'owed'
  | 'armed'
  | 'rounds'
  | 'granted'
  | 'fenced'
  | 'postgres'
  | 'watched'
  | 'rest'
  | 'owner'
  | 'held'

/** Tells that an invariant does not hold. */
export class Broken extends Error {
  readonly invariant: Invariant

  constructor(invariant: Invariant, message: string) {
    super(`${invariant}: ${message}`)
    this.name = 'Broken'
    this.invariant = invariant
  }
}

export function expectSame(invariant: Invariant, is: number, due: number): void {
  if (is !== due) throw new Broken(invariant, `${is} is not ${due}`)
}

/** Throws unless the two values are equal as JSON. */
export function expectEqual(invariant: Invariant, is: unknown, due: unknown): void {
  const [one, other] = [JSON.stringify(is), JSON.stringify(due)]
  if (one !== other) throw new Broken(invariant, `${one} is not ${other}`)
}
