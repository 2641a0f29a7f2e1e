import { z } from 'zod'

import { viewChoice, viewText } from '../parts/view.ts'

export const SchedulesView = z.object({ q: viewText(), state: viewChoice(['on', 'paused']) })
export type SchedulesView = z.infer<typeof SchedulesView>

/** `edit`: the form is open. */
export const ScheduleAddress = z.object({ edit: viewChoice(['yes']) })

/** `from`: the run whose input the form begins with. */
export const NewScheduleView = z.object({ from: viewText() })
