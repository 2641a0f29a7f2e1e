/** Why the bench cannot go on: one line for a person. */
export class BenchFailure extends Error {}
