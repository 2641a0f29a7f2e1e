import { z } from 'zod'

import { viewChoice, viewText } from '../parts/view.ts'

export const SETTINGS_TABS = ['general', 'notices', 'usage'] as const
export type SettingsTab = (typeof SETTINGS_TABS)[number]

/** Without a tab: the general part. `webhook`: the endpoint whose deliveries are shown. */
export const SettingsView = z.object({ tab: viewChoice(SETTINGS_TABS), webhook: viewText() })
