/** A value that survives JSON: what a run's storage and a result's row can hold. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
