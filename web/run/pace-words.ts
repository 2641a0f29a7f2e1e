import type { Eta, Progress } from '../../src/protocol/events.ts'
import type { Noun } from '../../src/protocol/pipelines.ts'
import { count, countOf } from '../parts/words.ts'

type Unit = 's' | 'min' | 'h'
type Rough = { readonly value: number; readonly unit: Unit }

/**
 * Says the remaining time. Returns an empty text if there is no estimate. While lists are still read, more
 * jobs may come, so the words say "at least".
 */
export function etaWords({ eta, groups_open }: Progress): string {
  if (!eta || eta.likely_s <= 0) return ''
  const likely = words(rough(eta.likely_s))
  if (groups_open > 0) return `at least ${likely} left`
  return `about ${likely} left${spread(eta)}`
}

/** Says the jobs per second, or per minute for a low rate. Returns an empty text if no job ended recently. */
export function rateWords(rate: number, job: Noun): string {
  if (rate <= 0) return ''
  if (rate >= 1) return `${countOf(Number(rate.toFixed(rate < 10 ? 1 : 0)), job)} a second`
  return `${countOf(Number((rate * 60).toFixed(rate * 60 < 10 ? 1 : 0)), job)} a minute`
}

function spread(eta: Eta): string {
  const [earliest, likely, latest] = [eta.earliest_s, eta.likely_s, eta.latest_s].map(rough)
  if (!earliest || !likely || !latest || isSame(earliest, latest)) return ''
  const one = earliest.unit === likely.unit && latest.unit === likely.unit
  const [from, to] = one ? [earliest.value, latest.value] : [words(earliest), words(latest)]
  return `, between ${from} and ${to}`
}

/** Rounds an estimate to five seconds, a minute or half an hour, because it is no more exact than that. */
function rough(seconds: number): Rough {
  if (seconds < 7.5) return { value: Math.max(1, Math.round(seconds)), unit: 's' }
  if (seconds < 57.5) return { value: Math.round(seconds / 5) * 5, unit: 's' }
  if (seconds < 89.5 * 60) return { value: Math.max(1, Math.round(seconds / 60)), unit: 'min' }
  return { value: Math.round(seconds / 1_800) / 2, unit: 'h' }
}

function words({ value, unit }: Rough): string {
  return `${count(value)} ${unit}`
}

function isSame(one: Rough, other: Rough): boolean {
  return one.value === other.value && one.unit === other.unit
}
