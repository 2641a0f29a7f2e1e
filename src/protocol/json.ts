/** A JSON value. A run's storage and a result's row hold nothing else. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
