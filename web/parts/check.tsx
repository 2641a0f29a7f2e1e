type CheckProps = { label: string; checked: boolean; onChange: (checked: boolean) => void }

export function Check({ label, checked, onChange }: CheckProps) {
  return (
    <label className="flex cursor-pointer items-start gap-2">
      <input
        type="checkbox"
        className="mt-1 size-4 shrink-0 accent-accent"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span className="min-w-0 wrap-anywhere">{label}</span>
    </label>
  )
}

type ChecksProps = {
  legend: string
  /** The values, and their words. */
  options: readonly (readonly [string, string])[]
  chosen: readonly string[]
  onChange: (chosen: readonly string[]) => void
  /** Of a list that may be long. */
  scrolls?: boolean
}

/** Any of these. */
export function Checks({ legend, options, chosen, onChange, scrolls = false }: ChecksProps) {
  return (
    <fieldset className={`space-y-1 ${scrolls ? 'max-h-72 overflow-y-auto' : ''}`}>
      <legend className="mb-1 text-sm text-muted">{legend}</legend>
      {options.map(([value, label]) => (
        <Check
          key={value}
          label={label}
          checked={chosen.includes(value)}
          onChange={(checked) =>
            onChange(checked ? [...chosen, value] : chosen.filter((one) => one !== value))
          }
        />
      ))}
    </fieldset>
  )
}
