/**
 * Gives what `make` makes of an object, and makes it once for each object. The fold keeps the objects of all that did not
 * change, so that a page which shows 20,000 live jobs looks anew at the changed groups alone.
 */
export function kept<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new WeakMap<Key, { readonly value: Value }>()
  return (key) => {
    const known = made.get(key)
    if (known) return known.value
    const value = make(key)
    made.set(key, { value })
    return value
  }
}
