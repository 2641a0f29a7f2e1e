import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'

import { NoticeType, WebhookWithSecret } from '../../src/protocol/webhook.ts'
import { Trouble } from '../parts/trouble.tsx'
import { post, request } from '../wire/request.ts'
import { eventWords } from './notice-words.ts'

/** What most people want to be told of. */
const USUAL: readonly NoticeType[] = ['run.finished_with_problems', 'run.error', 'schedule.missed']

type AddEndpointProps = {
  onMade: (webhook: WebhookWithSecret) => void
  onClose: () => void
}

export function AddEndpoint({ onMade, onClose }: AddEndpointProps) {
  const [url, setUrl] = useState('')
  const [description, setDescription] = useState('')
  const [events, setEvents] = useState(USUAL)
  const [isSlack, setSlack] = useState(false)
  const [recovered, setRecovered] = useState(false)
  const make = useMutation({
    mutationFn: () => {
      const given = {
        url: url.trim(),
        // A run that goes well again is one that finished: no other event could match the rule.
        events: recovered ? ['run.finished'] : events,
        form: isSlack ? 'slack' : 'standard',
        ...(description.trim() !== '' && { description: description.trim() }),
        ...(recovered && { rules: { recovered } }),
      }
      return request('/api/webhooks', WebhookWithSecret, post(given))
    },
    onSuccess: onMade,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    make.mutate()
  }
  return (
    <form className="space-y-4" onSubmit={submit}>
      <Field label="Address" type="url" value={url} onChange={setUrl} />
      <Field label="What it is for, if you like" value={description} onChange={setDescription} />
      <Check
        label="Only when a run goes well after one that did not"
        checked={recovered}
        onChange={setRecovered}
      />
      {!recovered && <Events events={events} onChange={setEvents} />}
      <Check label="It is an incoming webhook of Slack" checked={isSlack} onChange={setSlack} />
      {make.error && <Trouble title="The endpoint was not added" error={make.error} />}
      <div className="flex flex-wrap justify-end gap-3">
        <button type="button" className="button button-quiet" onClick={onClose}>
          Cancel
        </button>
        <button
          type="submit"
          className="button button-main"
          disabled={make.isPending || (!recovered && events.length === 0)}
        >
          {make.isPending ? 'Adding…' : 'Add'}
        </button>
      </div>
    </form>
  )
}

type FieldProps = {
  label: string
  type?: 'url' | 'text'
  value: string
  onChange: (value: string) => void
}

function Field({ label, type = 'text', value, onChange }: FieldProps) {
  return (
    <label className="block space-y-1">
      <span className="block text-sm text-muted">{label}</span>
      <input
        type={type}
        required={type === 'url'}
        maxLength={type === 'url' ? 2_000 : 200}
        placeholder={type === 'url' ? 'https://hooks.example.com/runcast' : undefined}
        className="field w-full"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  )
}

type EventsProps = {
  events: readonly NoticeType[]
  onChange: (events: readonly NoticeType[]) => void
}

function Events({ events, onChange }: EventsProps) {
  return (
    <fieldset className="space-y-1">
      <legend className="mb-1 text-sm text-muted">Tell it when</legend>
      {NoticeType.options.map((type) => (
        <Check
          key={type}
          label={eventWords(type)}
          checked={events.includes(type)}
          onChange={(checked) =>
            onChange(checked ? [...events, type] : events.filter((one) => one !== type))
          }
        />
      ))}
    </fieldset>
  )
}

type CheckProps = { label: string; checked: boolean; onChange: (checked: boolean) => void }

function Check({ label, checked, onChange }: CheckProps) {
  return (
    <label className="flex cursor-pointer items-center gap-2">
      <input
        type="checkbox"
        className="size-4 shrink-0 accent-accent"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      {label}
    </label>
  )
}
