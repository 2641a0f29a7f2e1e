// Lists the sources from which a company's postings can be read. company.ts and listing-of.ts derive the API's
// schema, its errors and the readers from this list. docs/SOURCES.md says how to add one.
export { ashby } from './ashby.ts'
export { bamboohr } from './bamboohr.ts'
export { greenhouse } from './greenhouse.ts'
export { lever } from './lever.ts'
export { personio } from './personio.ts'
export { pinpoint } from './pinpoint.ts'
export { recruitee } from './recruitee.ts'
export { rippling } from './rippling.ts'
export { site } from './site.ts'
export { smartrecruiters } from './smartrecruiters.ts'
export { teamtailor } from './teamtailor.ts'
export { workable } from './workable.ts'
