/** Whether a header or a footer holds only the page's number. */
export function isPageNumber(text: string): boolean {
  return ONLY_NUMBERS.test(text)
}

/** A text without a word, or with nothing but a word for page and numbers. */
const ONLY_NUMBERS =
  /^[^\p{L}]*(?:(?:page|seite|p|s|página|pagina|pag|strona|sivu|sida|side)\.?[^\p{L}]*(?:(?:of|von|de|sur|di|van|av|af|z)[^\p{L}]*)?)?$/iu
