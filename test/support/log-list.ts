/** The log's list as a script in its page sees it: how far it is scrolled, in pixels. */
export const SCROLLED = `document.querySelector('[aria-label="Lines of the log"]').scrollTop`

/** How far the log is from its end, in pixels. */
export const DISTANCE_TO_END = `(() => {
  const log = document.querySelector('[aria-label="Lines of the log"]')
  return log.scrollHeight - log.scrollTop - log.clientHeight
})()`
