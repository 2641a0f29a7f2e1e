// oxlint-disable-next-line import/no-unassigned-import -- configures zod before the first schema exists
import './zod-config.ts'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import { router } from './frame/router.tsx'
import { showTheme } from './frame/theme.ts'

showTheme()
const place = document.getElementById('page')
if (!place) throw new Error('index.html has no element with the id "page"')
createRoot(place).render(
  <StrictMode>
    <RouterProvider router={router} />
  </StrictMode>,
)
