/** A script for the page: the scroll position of the log's list, in pixels. */
export const SCROLLED = `document.querySelector('[aria-label="Lines of the log"]').scrollTop`

/** A script for the page: the distance from the scroll position to the log's end, in pixels. */
export const DISTANCE_TO_END = `(() => {
  const log = document.querySelector('[aria-label="Lines of the log"]')
  return log.scrollHeight - log.scrollTop - log.clientHeight
})()`
