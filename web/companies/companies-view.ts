import { z } from 'zod'

import { viewChoice, viewText } from '../parts/view.ts'

export const CompaniesView = z.object({ q: viewText() })

/** How companies are added. Without a way: by their addresses. */
export const AddCompaniesView = z.object({ by: viewChoice(['csv']) })

export const COMPANY_TABS = ['postings', 'visits', 'source'] as const
export type CompanyTab = (typeof COMPANY_TABS)[number]

/** Without a tab: the postings. */
export const CompanyPageView = z.object({ tab: viewChoice(COMPANY_TABS), posting: viewText() })
