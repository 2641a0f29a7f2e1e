/** What programs write where a document has no title: nothing, their own words, or the name of a file. */
const NO_TITLE = [
  /^\(?(?:untitled|unspecified|anonymous|unbenannt|sans (?:nom|titre)|sin título|senza titolo|naamloos)\)? ?\d*$/i,
  /^(?:microsoft (?:word|excel|powerpoint)\b.*|word document|powerpoint presentation|powerpoint-präsentation)$/i,
  /^(?:présentation powerpoint|presentación de powerpoint|presentazione (?:standard )?di powerpoint|apresentação do powerpoint|powerpoint-presentatie|prezentacja programu powerpoint)$/i,
  /^(?:document|dokument|documento|presentation|präsentation|présentation|presentación|presentazione|slide|folie|diapositiv[ae]|book|mappe|classeur|libro|cartel|sheet|tabelle)[ _]?\d*$/i,
  /^\S*\.(?:docx?|docm|dotx?|rtf|od[tsp]|ott|pdf|indd|tex|txt|xlsx?|xlsm|pptx?|html?)$/i,
]

/** Returns the title that a document gives itself, or nothing if a program wrote it in place of a title. */
export function ownTitle(title: string): string {
  const words = title.replaceAll(/\s+/g, ' ').trim()
  return NO_TITLE.some((pattern) => pattern.test(words)) ? '' : words
}
