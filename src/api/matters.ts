import { z } from 'zod'

import { NewMatter } from '../protocol/document.ts'
import { MatterPage, MatterView } from '../protocol/matter.ts'
import { callDatabase, readPage } from './calls.ts'
import type { AddRoute } from './contract/add-route.ts'
import { type Contract, json, jsonBody, reply } from './contract/contract.ts'
import { MatterPath, pageOf, QueryText } from './contract/parameters.ts'
import type { MatterName, MatterPorts } from './document-ports.ts'
import { matterForGuest } from './documents/guest-view.ts'
import type { ApiPorts } from './ports.ts'
import { notFound, ProblemError } from './problem.ts'

const common = { tag: 'Matters', access: 'owner' } as const
const ofOne = { ...common, params: MatterPath } as const

const listed = {
  ...common,
  route: 'GET /api/matters',
  summary:
    'Lists the matters of the caller with their documents in numbers, the matter with the newest document first.',
  query: z.object({
    name: QueryText.exactOptional().meta({
      description:
        'The name of one matter. If no matter has the name now, the matter whose first name it was.',
      examples: ['Smith'],
    }),
    ...pageOf({ normal: 50, max: 200 }),
  }),
  answers: { 200: json(MatterPage, 'A page of matters, from Postgres.') },
} as const satisfies Contract

const read = {
  ...ofOne,
  access: 'visitor',
  route: 'GET /api/matters/:matter_id',
  summary: 'Reads a matter.',
  answers: { 200: json(MatterView, 'The matter.') },
  problems: ['damaged'],
} as const satisfies Contract

const renamed = {
  ...ofOne,
  route: 'PATCH /api/matters/:matter_id',
  summary: 'Renames a matter. 409 if another matter has the name.',
  description: 'Its id, its documents and their runs stay as they are.',
  body: jsonBody(z.strictObject({ name: NewMatter }), { name: 'Smith ./. Jones' }),
  answers: { 200: json(MatterView, 'The matter as it is now.') },
  problems: ['exists', 'damaged'],
} as const satisfies Contract

/** Adds the routes of the caller's matters. */
export function matterRoutes(add: AddRoute, ports: ApiPorts): void {
  const { matters } = ports.documents

  add(listed, async ({ owner, query: { name, ...query } }) => {
    if (name === undefined)
      return reply(200, await readPage(() => matters.list({ owner, ...query })))
    const found = await callDatabase(() => matters.find(owner, { name }))
    const one = found && (await callDatabase(() => matters.read({ owner, ...found })))
    return reply(200, { matters: one === undefined ? [] : [one], next_cursor: null })
  })

  add(read, async ({ owner, params }, c) => {
    const matter = await shown(matters, { owner, ...params })
    return reply(200, c.get('is_guest') ? matterForGuest(matter) : matter)
  })

  add(renamed, async ({ owner, params, body: { name } }) => {
    const matter = { owner, ...params }
    const done = await callDatabase(() => matters.rename(matter, name))
    if (done === 'taken')
      throw new ProblemError('exists', { detail: 'Another matter has this name.' })
    return reply(200, await shown(matters, matter))
  })
}

async function shown(matters: MatterPorts, matter: MatterName): Promise<MatterView> {
  const found = await callDatabase(() => matters.read(matter))
  if (found === undefined) throw notFound()
  return found
}
