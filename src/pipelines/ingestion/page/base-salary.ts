import type { Salary } from '../../../protocol/posting.ts'
import { type SourceSalary, toSalary } from '../salary.ts'
import { countryOf } from './places.ts'
import { fieldOf, isNode, listOf, type Node, textOf } from './value.ts'

/** Reads a JobPosting's salary: a MonetaryAmount with one value or a range, a bare number, or words. */
export function baseSalaryOf(node: Node): Salary | null {
  const fallback = textOf(node['salaryCurrency'])
  const country = countryOf(node)
  for (const given of [...listOf(node['baseSalary']), ...listOf(node['estimatedSalary'])]) {
    const read = isNode(given) ? fromAmount(given) : fromText(given)
    const salary = toSalary({ ...read, currency: read.currency ?? fallback, country })
    if (salary) return salary
  }
  return null
}

/** Reads the range from `value`, or from the amount itself. Pages put it in either place. */
function fromAmount(amount: Node): SourceSalary {
  const value = listOf(amount['value'])[0]
  const range = isNode(value) ? value : amount
  const single = fromText(isNode(value) ? value['value'] : (value ?? amount['price']))
  return {
    min: amountOf(range['minValue']) ?? single.min,
    max: amountOf(range['maxValue']) ?? single.max,
    currency:
      textOf(amount['currency']) ??
      textOf(fieldOf(value, 'currency')) ??
      textOf(amount['priceCurrency']),
    period: periodOf(range) ?? periodOf(amount),
    text: single.text,
  }
}

function periodOf(node: Node): string | null {
  return textOf(node['unitText']) ?? textOf(node['unitCode'])
}

/** Takes a number, or a text of nothing but a number, as both ends of a range. Any other text is words. */
function fromText(value: unknown): SourceSalary {
  const single = amountOf(value)
  const plain = typeof single === 'number' || /^[\d.,'’\s]+$/.test(single ?? '')
  return plain ? { min: single, max: single } : { text: single }
}

/** Keeps a number as one: its text would be read by the notation of a language. */
function amountOf(value: unknown): number | string | null {
  for (const entry of listOf(value)) {
    const plain = isNode(entry) ? entry['@value'] : entry
    if (typeof plain === 'number') return plain
    const text = textOf(plain)
    if (text !== null) return text
  }
  return null
}
