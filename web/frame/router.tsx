import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router'

import { Fault } from './fault.tsx'
import { Frame } from './frame.tsx'
import { NoSuchPage } from './no-such-page.tsx'
import { Pending } from './pending.tsx'
import { asText, readSearch, writeSearch } from './search-text.ts'

const root = createRootRoute({ validateSearch: asText, notFoundComponent: NoSuchPage })

const framed = createRoute({ getParentRoute: () => root, id: 'framed', component: Frame })

/** What all pages share, which the frame need not wait for. */
const pages = createRoute({
  getParentRoute: () => framed,
  id: 'pages',
  component: lazyRouteComponent(() => import('./pages.tsx'), 'Pages'),
})

/** An address of no page is answered within the frame. */
const unknown = createRoute({ getParentRoute: () => framed, path: '$', component: NoSuchPage })

/** Where the `type` of a problem leads. Whoever reads it may have no token. */
const problem = createRoute({
  getParentRoute: () => framed,
  path: '/problems/$code',
  component: lazyRouteComponent(() => import('../problems/problem-screen.tsx'), 'ProblemScreen'),
})

const overview = createRoute({
  getParentRoute: () => pages,
  path: '/',
  component: lazyRouteComponent(() => import('../overview/overview-screen.tsx'), 'OverviewScreen'),
})

const runs = createRoute({
  getParentRoute: () => pages,
  path: '/runs',
  component: lazyRouteComponent(() => import('../runs/runs-screen.tsx'), 'RunsScreen'),
})

const newRun = createRoute({
  getParentRoute: () => pages,
  path: '/runs/new',
  component: lazyRouteComponent(() => import('../start/new-run-screen.tsx'), 'NewRunScreen'),
})

const run = createRoute({
  getParentRoute: () => pages,
  path: '/runs/$run_id',
  component: lazyRouteComponent(() => import('../run/run-route.tsx'), 'RunRoute'),
})

const postings = createRoute({
  getParentRoute: () => pages,
  path: '/postings',
  component: lazyRouteComponent(() => import('../postings/postings-screen.tsx'), 'PostingsScreen'),
})

const posting = createRoute({
  getParentRoute: () => pages,
  path: '/postings/$company/$external_id',
  component: lazyRouteComponent(() => import('../postings/posting-screen.tsx'), 'PostingScreen'),
})

const companies = createRoute({
  getParentRoute: () => pages,
  path: '/companies',
  component: lazyRouteComponent(
    () => import('../companies/companies-screen.tsx'),
    'CompaniesScreen',
  ),
})

const newCompanies = createRoute({
  getParentRoute: () => pages,
  path: '/companies/new',
  component: lazyRouteComponent(() => import('../companies/add-screen.tsx'), 'AddScreen'),
})

const company = createRoute({
  getParentRoute: () => pages,
  path: '/companies/$slug',
  component: lazyRouteComponent(() => import('../companies/company-screen.tsx'), 'CompanyScreen'),
})

const schedules = createRoute({
  getParentRoute: () => pages,
  path: '/schedules',
  component: lazyRouteComponent(
    () => import('../schedules/schedules-screen.tsx'),
    'SchedulesScreen',
  ),
})

const newSchedule = createRoute({
  getParentRoute: () => pages,
  path: '/schedules/new',
  component: lazyRouteComponent(
    () => import('../schedules/new-schedule-screen.tsx'),
    'NewScheduleScreen',
  ),
})

const schedule = createRoute({
  getParentRoute: () => pages,
  path: '/schedules/$schedule_id',
  component: lazyRouteComponent(() => import('../schedules/schedule-screen.tsx'), 'ScheduleScreen'),
})

const settings = createRoute({
  getParentRoute: () => pages,
  path: '/settings',
  component: lazyRouteComponent(() => import('../settings/settings-screen.tsx'), 'SettingsScreen'),
})

/** A shared run stands alone, without the frame; so does a shared matter. */
const watch = createRoute({
  getParentRoute: () => root,
  path: '/watch/$run_id',
  component: lazyRouteComponent(() => import('../watch/watch-screen.tsx'), 'WatchScreen'),
})

const sharedMatter = createRoute({
  getParentRoute: () => root,
  path: '/watch/matters/$matter_id',
  component: lazyRouteComponent(() => import('../watch/matter-screen.tsx'), 'MatterScreen'),
})

const sharedDocuments = createRoute({
  getParentRoute: () => sharedMatter,
  path: '/',
  component: lazyRouteComponent(() => import('../watch/shared-documents.tsx'), 'SharedDocuments'),
})

const sharedDocument = createRoute({
  getParentRoute: () => sharedMatter,
  path: '$document_id',
  component: lazyRouteComponent(() => import('../watch/shared-document.tsx'), 'SharedDocument'),
})

const matters = createRoute({
  getParentRoute: () => pages,
  path: '/matters',
  component: lazyRouteComponent(() => import('../documents/matters-route.tsx'), 'MattersRoute'),
})

const matter = createRoute({
  getParentRoute: () => pages,
  path: '/matters/$matter',
  component: lazyRouteComponent(() => import('../documents/matters-route.tsx'), 'MatterRoute'),
})

const reader = createRoute({
  getParentRoute: () => pages,
  path: '/read/$document_id',
  component: lazyRouteComponent(() => import('../reader/reader-route.tsx'), 'ReaderRoute'),
})

export const router = createRouter({
  routeTree: root.addChildren([
    framed.addChildren([
      unknown,
      problem,
      pages.addChildren([
        overview,
        runs,
        newRun,
        run,
        companies,
        newCompanies,
        company,
        postings,
        posting,
        matters,
        matter,
        reader,
        schedules,
        newSchedule,
        schedule,
        settings,
      ]),
    ]),
    watch,
    sharedMatter.addChildren([sharedDocuments, sharedDocument]),
  ]),
  parseSearch: readSearch,
  stringifySearch: writeSearch,
  defaultPreload: 'intent',
  defaultPendingMs: 150,
  defaultPendingComponent: Pending,
  defaultErrorComponent: Fault,
  defaultNotFoundComponent: NoSuchPage,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- the router's own interface is extended
  interface Register {
    router: typeof router
  }
}
