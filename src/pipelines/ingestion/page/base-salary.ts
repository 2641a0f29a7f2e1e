import type { Salary } from '../../../protocol/posting.ts'
import { type SourceSalary, toSalary } from '../salary.ts'
import { fieldOf, isNode, listOf, type Node, textOf } from './value.ts'

/** Reads a JobPosting's salary: a MonetaryAmount with one value or a range, a bare number, or words. */
export function baseSalaryOf(node: Node): Salary | null {
  const fallback = textOf(node['salaryCurrency'])
  for (const given of [...listOf(node['baseSalary']), ...listOf(node['estimatedSalary'])]) {
    const read = isNode(given) ? fromAmount(given) : fromText(given)
    const salary = toSalary({ ...read, currency: read.currency ?? fallback })
    if (salary) return salary
  }
  return null
}

/** Reads the range from `value`, or from the amount itself. Pages put it in either place. */
function fromAmount(amount: Node): SourceSalary {
  const value = listOf(amount['value'])[0]
  const range = isNode(value) ? value : amount
  const single = numberOf(isNode(value) ? value['value'] : value)
  return {
    min: numberOf(range['minValue']) ?? single,
    max: numberOf(range['maxValue']) ?? single,
    currency: textOf(amount['currency']) ?? textOf(fieldOf(value, 'currency')),
    period: textOf(range['unitText']) ?? textOf(amount['unitText']),
    text: single === null && !isNode(value) ? textOf(value) : null,
  }
}

function fromText(value: unknown): SourceSalary {
  const single = numberOf(value)
  return { min: single, max: single, text: single === null ? textOf(value) : null }
}

/** Reads "100000", "100,000" and "100000.50" as numbers. Any other text stays text. */
function numberOf(value: unknown): number | null {
  const text = textOf(value)?.replaceAll(/(?<=\d),(?=\d{3}(?!\d))/g, '') ?? ''
  return /^\d{1,15}(?:\.\d{1,10})?$/.test(text) ? Number(text) : null
}
