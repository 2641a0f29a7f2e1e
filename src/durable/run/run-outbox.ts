import type { RunId } from '../../protocol/ids.ts'
import type { Message } from '../../protocol/messages.ts'
import type { Entry } from '../outbox/entry.ts'
import type { Job } from './job-state.ts'
import type { LostMessage } from './work-rpc.ts'

/**
 * The things that a run's object has to send: the plan of a group, a flight, a checkpoint, and at last the
 * archive.
 */
export type Subject =
  | { readonly kind: 'plan'; readonly group: number }
  | { readonly kind: 'flight'; readonly group: number; readonly jobs: readonly number[] }
  | { readonly kind: 'checkpoint' }
  /** All of an ended run goes to Postgres, and then leaves the object (RUN-1). */
  | { readonly kind: 'archive' }

export type RunEntry = Entry<Subject>

export type FlightEntry = Entry<Extract<Subject, { kind: 'flight' }>>

/** The message that asks a consumer to do what the entry stands for. Messages carry ids only. */
export function messageOf({ id, subject }: RunEntry, run_id: RunId): Message {
  switch (subject.kind) {
    case 'plan':
      return { kind: 'plan', run_id, group: subject.group }
    case 'flight':
      return { kind: 'flight', run_id, flight: id }
    case 'checkpoint':
    case 'archive':
      return { kind: subject.kind, run_id }
  }
}

/** Whether a message that was lost stood for this entry. */
export function isAbout({ id, subject }: RunEntry, message: LostMessage): boolean {
  switch (message.kind) {
    case 'plan':
      return subject.kind === 'plan' && subject.group === message.group
    case 'flight':
      return subject.kind === 'flight' && id === message.flight
    case 'checkpoint':
    case 'archive':
      return subject.kind === message.kind
  }
}

/** The group whose plan or jobs the entry stands for. */
export function groupOf({ subject }: RunEntry): number | undefined {
  return 'group' in subject ? subject.group : undefined
}

/** The flight that carries the job, if one does. */
export function flightOf(
  { group, n }: Pick<Job, 'group' | 'n'>,
  entries: readonly RunEntry[],
): FlightEntry | undefined {
  return entries
    .filter(isFlight)
    .find(({ subject }) => subject.group === group && subject.jobs.includes(n))
}

export function isFlight(entry: RunEntry): entry is FlightEntry {
  return entry.subject.kind === 'flight'
}
