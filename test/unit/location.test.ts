import { describe, expect, it } from 'vitest'

import { objectsOf } from '../../src/compose/location.ts'

/** A namespace whose stubs are texts that say how they were found. */
function namespace(prefix = ''): Parameters<typeof objectsOf<string>>[0] {
  return {
    jurisdiction: (jurisdiction) => namespace(`${jurisdiction}:`),
    getByName: (name, options) => `${prefix}${name}@${options?.locationHint ?? 'anywhere'}`,
  }
}

const find = (env: Parameters<typeof objectsOf>[1]) => objectsOf(namespace(), env)('run')

describe('where the objects of a deployment are', () => {
  it('is anywhere if nothing is said, or by an earlier wrangler.toml', () => {
    expect(find({ OBJECT_JURISDICTION: '', OBJECT_LOCATION: '' })).toBe('run@anywhere')
    expect(find({})).toBe('run@anywhere')
  })

  it('is in the jurisdiction and near the hint of the deployment', () => {
    expect(find({ OBJECT_JURISDICTION: 'eu' })).toBe('eu:run@anywhere')
    expect(find({ OBJECT_LOCATION: 'weur' })).toBe('run@weur')
    expect(find({ OBJECT_JURISDICTION: 'eu', OBJECT_LOCATION: 'eeur' })).toBe('eu:run@eeur')
  })

  it.for([
    ['OBJECT_JURISDICTION', 'EU'],
    ['OBJECT_JURISDICTION', 'de'],
    ['OBJECT_LOCATION', 'europe'],
    ['OBJECT_LOCATION', ' '],
  ])('is refused if %s is “%s”, which names no place', ([name = '', value]) => {
    expect(() => find({ [name]: value })).toThrow(new RegExp(`^${name} is none of `))
  })
})
