/** An event as it is sent. `data` is one line of text. */
export type WireEvent = { readonly event: string; readonly data: string; readonly id?: string }

/**
 * One event in the format of the HTML standard, section 9.2 "Server-sent events".
 *
 * `data` is a bare word or comes from JSON.stringify, which escapes CR and LF. U+2028 does not end a line
 * of an event stream. Other text is refused: a line break in it could forge an event (EV-10).
 */
export function encodeEvent({ event, data, id }: WireEvent): string {
  if (/[\r\n]/.test(data) || /[\r\n]/.test(event))
    throw new TypeError('an event is one line of data')
  return `event: ${event}\ndata: ${data}\n${id === undefined ? '' : `id: ${id}\n`}\n`
}

export const heartbeat = ':\n\n'

/** Tells a client how long to wait before it connects again, in milliseconds. */
export function encodeRetry(ms: number): string {
  return `retry: ${Math.round(ms)}\n\n`
}
