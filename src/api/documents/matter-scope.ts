import type { Owner } from '../../protocol/ids.ts'
import { MatterId } from '../../protocol/matter.ts'
import { callDatabase } from '../calls.ts'
import { QueryText } from '../contract/parameters.ts'
import type { ApiPorts } from '../ports.ts'
import { invalidInput, notFound } from '../problem.ts'

/** Names a matter in a query, by its id or by its name. */
export const matterInQuery = {
  matter: QueryText.exactOptional().meta({
    description: 'The name of a matter, or its first name.',
    examples: ['Smith'],
  }),
  matter_id: MatterId.exactOptional().meta({ description: 'The id of a matter.' }),
}

export type NamedMatter = { readonly matter?: string; readonly matter_id?: MatterId }

/**
 * Finds the group of the matter that a request names. Undefined: the request names none. An unknown id is 404. An
 * unknown name is no error: no matter has a group of this name, so that nothing is found.
 */
export async function groupOf(
  { documents }: ApiPorts,
  owner: Owner,
  { matter: name, matter_id }: NamedMatter,
): Promise<string | undefined> {
  if (matter_id !== undefined) {
    if (name !== undefined) throw namedTwice()
    const found = await callDatabase(() => documents.matters.find(owner, { matter_id }))
    if (found === undefined) throw notFound()
    return found.group
  }
  if (name === undefined) return undefined
  return (await callDatabase(() => documents.matters.find(owner, { name })))?.group ?? name
}

export function namedTwice() {
  return invalidInput([{ path: 'matter_id', message: 'must not come together with `matter`' }])
}

/** Names a matter in the input of a run: by its group, and by its present name if that is another one. */
export function namedGroup(group: string, name: string): { matter: string; title?: string } {
  return group === name ? { matter: group } : { matter: group, title: name }
}
