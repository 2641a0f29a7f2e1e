import { z } from 'zod'

import { Company } from '../../protocol/company.ts'
import * as registry from './sources/registry.ts'

const sources = Object.values(registry)
const [first, ...others] = sources.map(({ config }) => config)
if (first === undefined) throw new Error('the registry of sources is empty')

const UNKNOWN = `is no source that is known; known are: ${sources.map(({ type }) => type).join(', ')}`

/** Where a company's postings are read, as a caller may give it: a source of the registry. */
const GivenSource = z.discriminatedUnion('type', [first, ...others], UNKNOWN)

/** A company as a caller may give it. */
export const GivenCompany = Company.extend({ source: GivenSource })
