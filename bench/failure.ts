/** Says in one line for a person why the bench cannot go on. */
export class BenchFailure extends Error {}
