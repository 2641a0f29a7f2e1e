import { z } from 'zod'

/** A company's name in addresses and keys: lower-case letters, digits and single hyphens. */
export const Slug = z
  .string()
  .max(100, 'a slug has at most 100 characters')
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'a slug is lower-case letters, digits and single hyphens')
  .brand<'Slug'>()
export type Slug = z.infer<typeof Slug>

/** Where a company's postings are read. `base_url` stands in for scheme and host of the board. */
export const Source = z.strictObject({
  type: z.enum(['greenhouse'], 'is no source that is known; known are: greenhouse'),
  board: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,100}$/, 'a board is 1 to 100 letters, digits, hyphens or underscores'),
  base_url: z.url({ protocol: /^https?$/ }).optional(),
})
export type Source = z.infer<typeof Source>

export const Company = z.strictObject({
  slug: Slug,
  name: z.string().trim().min(1).max(200),
  source: Source,
})
export type Company = z.infer<typeof Company>
