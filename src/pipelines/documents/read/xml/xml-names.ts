/** The elements of XML whose names say what they are, over the vocabularies of laws, books, articles and tables. */

/** A heading: Akoma Ntoso, USLM, DocBook, JATS, TEI, Formex, the laws of Germany and of the United Kingdom. */
export const HEADING =
  /^(?:title|titel|heading|head|subheading|subtitle|longtitle|article-title|s?ti(?:\..+)?|gliederungstitel|bridgehead)$/

/** The number of the words that follow, which stand on the same line. */
export const NUMBER = /^(?:num|number|pnumber|no(?:\.(?!te).+)?|label|gliederungsbez|enbez|dt)$/

/** A part of a law or of a book, whose number alone is its heading. */
export const SECTION =
  /^(?:article|section|sect\d?|chapter|part|subpart|book|title|division|subdivision|norm|annex|appendix|schedule|p1group|metadaten|gliederungseinheit)$/

/** Elements between a part and its heading. */
export const AROUND_HEADING =
  /^(?:info|\w+info|front|front-matter|article-meta|title-group|metadaten|gliederungseinheit|titlestmt|filedesc|teiheader|title)$/

export const BLOCK =
  /^(?:p|para|simpara|formalpara|paragraph|content|intro|wrapup|wrapuptext|alinea|np|txt|text|div|sec|section|list|item|blocklist|listitem|list-item|li|ol|ul|table|row|tr|entry|cell|td|th|note|blockquote|verse|line|lg|l|abstract|recital|citation|article|chapter|part)$/

export const INLINE =
  /^(?:a|abbr|abbrev|b|bold|i|ii|ital|italic|em|emph|emphasis|strong|span|u|underline|sup|sub|superscript|subscript|inline|hi|ht|q|quote|ref|rref|mref|xref|link|ulink|uri|email|date|term|def|ins|del|remark|tt|code|literal|phrase|application|filename|monospace|sc|smallcaps|small|font|styled-content|placename|persname|docdate|doctitle|shorttitle|docnumber|doctype|docproponent|affectedDocument|eol|noteref|nb|f)$/i

export const CELL = /^(?:entry|cell|td|th)$/
export const ROW = /^(?:row|tr)$/
export const TABLE = /^(?:table|informaltable|tabular|tgroup)$/
export const BREAK = /^(?:br|eol|lb|linebreak)$/

/** A note that stands within the words to which it belongs. */
export const NOTE = /^(?:footnote|authorialnote|fn|fussnote)$/

/** What no reader of the document sees: also the short name of a German law, which its XML repeats in each paragraph. */
export const UNSEEN =
  /^(?:jurabk|bin-?data|binarydata|binary|script|style|stylesheet|base64|image-data|css|xsl)$/
