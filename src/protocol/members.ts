import { z } from 'zod'

/** Parses an object's members. Unlike z.record it keeps a member that is named `__proto__`. */
export function membersOf<T>(member: z.ZodType<T>) {
  return z
    .custom<Readonly<Record<string, T>>>(
      (value) =>
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        Object.values(value).every((one) => member.safeParse(one).success),
      'an object whose members are all of one shape',
    )
    .meta({ additionalProperties: z.toJSONSchema(member, { unrepresentable: 'any' }) })
}
