import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'

import type { RunId } from '../../src/protocol/ids.ts'
import { type ShownStatus, shownStatus, statusWords } from '../../src/protocol/run-problems.ts'
import { RunView } from '../../src/protocol/run.ts'
import { isTerminalRun } from '../../src/protocol/terminal.ts'
import { request } from '../wire/request.ts'
import { useFollowed } from './followed.ts'

/** Browsers let the timers of a page in the background run once a minute at most. */
const ASKED_MS = 20_000

const KEY = 'runcast-tell-ends'

/** `asking`: the browser asks the person whether the page may tell. */
type EndWish = 'off' | 'asking' | 'on' | 'refused'

type EndNoticeProps = { run_id: RunId; name: string }

/** Lets a person choose that the browser tells of the run's end while another tab or window is shown. */
export function EndNotice({ run_id, name }: EndNoticeProps) {
  const [wish, setWish] = useState(readWish)
  const followed = useFollowed(run_id, ({ run }) =>
    isTerminalRun(run.status) ? shownStatus(run) : undefined,
  )
  const asked = useAskedEnd(run_id, wish === 'on' && followed === undefined)
  const end = followed ?? asked
  const wasOpen = useRef(false)
  useEffect(() => {
    if (end === undefined) {
      wasOpen.current = true
      return
    }
    if (wasOpen.current && wish === 'on' && document.hidden) tellEnd({ run_id, name, end })
    wasOpen.current = false
  }, [end, wish, run_id, name])
  if (followed !== undefined || !canTell()) return null
  const turn = async () => {
    if (wish === 'on') return setWish(keepWish('off'))
    if (Notification.permission === 'default') setWish('asking')
    return setWish(keepWish(await askBrowser()))
  }
  return (
    <>
      <button
        type="button"
        className="button button-quiet"
        aria-pressed={wish === 'on'}
        title="The browser tells of the end while another tab is shown"
        onClick={() => void turn()}
      >
        Tell me of the end
      </button>
      {wish === 'asking' && (
        <output className="text-sm text-muted">
          Your browser asks whether this page may tell you. Allow it there.
        </output>
      )}
      {wish === 'refused' && (
        <p role="alert" className="text-sm">
          The browser does not let this page tell you. Its settings for this site can allow it.
        </p>
      )}
    </>
  )
}

/** A page in the background follows no run, so the page asks from time to time. */
function useAskedEnd(run_id: RunId, isWanted: boolean): ShownStatus | undefined {
  const { data } = useQuery({
    queryKey: ['run', run_id, 'end'],
    queryFn: () => request(`/api/runs/${run_id}`, RunView),
    enabled: isWanted,
    refetchInterval: ASKED_MS,
    refetchIntervalInBackground: true,
    gcTime: 0,
  })
  return isWanted && data && isTerminalRun(data.status) ? shownStatus(data) : undefined
}

function tellEnd({ run_id, name, end }: EndNoticeProps & { end: ShownStatus }): void {
  // Several tabs that show the run tell of its end once.
  const notice = new Notification(name, { body: `The run is ${statusWords(end)}.`, tag: run_id })
  notice.addEventListener('click', () => window.focus())
}

/** The browsers of phones let only a service worker tell. */
function canTell(): boolean {
  return 'Notification' in globalThis && globalThis.matchMedia('(any-hover: hover)').matches
}

function readWish(): EndWish {
  const allowed = canTell() && Notification.permission === 'granted'
  return allowed && localStorage.getItem(KEY) === 'on' ? 'on' : 'off'
}

function keepWish(wish: EndWish): EndWish {
  if (wish === 'on') localStorage.setItem(KEY, 'on')
  else localStorage.removeItem(KEY)
  return wish
}

async function askBrowser(): Promise<EndWish> {
  return (await Notification.requestPermission()) === 'granted' ? 'on' : 'refused'
}
