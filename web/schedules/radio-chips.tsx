type RadioChipsProps<Value extends string> = {
  name: string
  label: string
  value: Value
  options: readonly (readonly [Value, string])[]
  onChange: (value: Value) => void
}

/** One of a few words, side by side. */
export function RadioChips<Value extends string>(props: RadioChipsProps<Value>) {
  const { name, label, value, options, onChange } = props
  return (
    <fieldset aria-label={label} className="flex flex-wrap gap-2">
      {options.map(([option, words]) => (
        <label key={option} className="chip gap-2">
          <input
            type="radio"
            name={name}
            className="accent-accent"
            checked={value === option}
            onChange={() => onChange(option)}
          />
          {words}
        </label>
      ))}
    </fieldset>
  )
}
