const ADVICE: Readonly<Record<string, string>> = {
  board_not_found: 'The board is gone or has another name. Check the source of the company.',
  site_not_found: 'The address answers that nothing is there. Check the source of the company.',
  board_moved: 'The board is at another address now. Add the company again by its new address.',
  site_moved: 'The site is at another address now. Add the company again by its new address.',
  board_refused: 'The board refuses requests. It may refuse all programs; ask its owner.',
  site_refused: 'The site refuses requests. It may refuse all programs; ask its owner.',
  bot_wall:
    'The site asks visitors to prove that they are people. Runcast does not get around that.',
  forbidden_by_robots: 'The site’s robots.txt forbids these pages. Runcast obeys it.',
  board_error: 'The board answered with an error of its own. Try again later.',
  site_error: 'The site answered with an error of its own. Try again later.',
  page_error: 'The page answered with an error of its own. Try again later.',
  page_gone:
    'The page is gone although the job list has it. The next visit may find the list changed.',
  page_refused: 'The page refuses requests. Try again later.',
  listing_unreadable:
    'The job list has another form than expected. Check the source of the company.',
  listing_too_large: 'The job list is larger than the limit of a deployment.',
  no_postings_listed: 'The page lists no postings. Check whether it is the right address.',
  no_posting: 'The page has no posting that can be read.',
  source_unknown: 'This version does not know the source. Check the source of the company.',
  source_unreadable: 'The stored source is not valid. Save the company’s source again.',
  company_unknown: 'The company is not stored any more. Add the company again.',
  timeout: 'The answer took too long. Try again when the site is less busy.',
  leases_expired: 'Workers stopped several times at this item. Try this item alone again.',
  encrypted: 'The file is protected. Enter its password in the matter.',
  wrong_password: 'The password does not open the file. Enter another one in the matter.',
  empty: 'The file is empty. Upload another file.',
  too_large: 'The file is too large. Divide the file, and upload its parts.',
}

/** Says what a person can do about failures of this code. */
export function adviceFor(code: string): string {
  return ADVICE[code] ?? 'Try again. If it fails again, the message says what the server saw.'
}
