import { z } from 'zod'

const DATE = 'must be a date, or a time in ISO 8601'

/** A time in a query. A date stands for its first second in UTC. */
export const QueryTime = z
  .union([z.iso.date(DATE), z.iso.datetime({ offset: true, error: DATE })], DATE)
  .refine((text) => Date.parse(text) > Date.parse('0001-01-02'), DATE)
  .transform((text) => new Date(text).toISOString())
