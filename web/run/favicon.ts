import { useEffect } from 'react'

/** The sign of the tab shows a run's progress in steps of 5 %. `vite.config.ts` draws the pictures. */
function faviconOf(percent: number | undefined): string | undefined {
  return percent === undefined ? undefined : `/icons/progress-${Math.floor(percent / 5) * 5}.svg`
}

/** Shows a run's progress in the tab's sign while the component is shown. Undefined: the page's own sign. */
export function useFavicon(percent: number | undefined): void {
  const href = faviconOf(percent)
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel=icon]')
    if (link === null || href === undefined) return undefined
    const own = link.href
    link.href = href
    return () => {
      link.href = own
    }
  }, [href])
}
