/** The jurisdictions of the platform's `DurableObjectJurisdiction`: the compiler compares the two. */
const JURISDICTIONS = ['eu', 'us', 'fedramp', 'fedramp-high'] as const

const AMERICA = ['wnam', 'enam', 'sam'] as const
const EUROPE = ['weur', 'eeur'] as const
const ASIA = ['apac', 'apac-ne', 'apac-se', 'oc', 'me'] as const

/** The regions of its `DurableObjectLocationHint`. */
const REGIONS = [...AMERICA, ...EUROPE, ...ASIA, 'afr'] as const

/** The variables of the environment. */
type LocationVariables = {
  readonly OBJECT_JURISDICTION?: string
  readonly OBJECT_LOCATION?: string
}

/** The part of a namespace that finds objects. */
type FindingNamespace<Stub> = {
  jurisdiction(jurisdiction: (typeof JURISDICTIONS)[number]): FindingNamespace<Stub>
  getByName(name: string, options?: { locationHint?: (typeof REGIONS)[number] }): Stub
}

/**
 * Finds objects by their names where the deployment has them. An object of a jurisdiction is another object than
 * the one of the same name outside of it. A hint counts when an object is first asked for, and never again.
 * Throws an error that names the variable and what it may be.
 */
export function objectsOf<Stub>(
  namespace: FindingNamespace<Stub>,
  env: LocationVariables,
): (name: string) => Stub {
  const jurisdiction = read('OBJECT_JURISDICTION', JURISDICTIONS, env)
  const locationHint = read('OBJECT_LOCATION', REGIONS, env)
  const there = jurisdiction === undefined ? namespace : namespace.jurisdiction(jurisdiction)
  const options = locationHint === undefined ? undefined : { locationHint }
  return (name) => there.getByName(name, options)
}

/** An empty text is no place. A deployment of an earlier wrangler.toml lacks the variable. */
function read<T extends string>(
  name: keyof LocationVariables,
  known: readonly T[],
  env: LocationVariables,
): T | undefined {
  const value = env[name] ?? ''
  if (value === '') return undefined
  const found = known.find((one) => one === value)
  if (found === undefined) throw new Error(`${name} is none of ${known.join(', ')}: ${value}`)
  return found
}
