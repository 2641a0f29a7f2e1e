import { config } from 'zod/v4/core'

// Zod tries to compile its schemas by `new Function`, which the page's Content-Security-Policy forbids
// and reports. Each schema looks at this when it is made, so main.tsx imports this file first.
config({ jitless: true })
