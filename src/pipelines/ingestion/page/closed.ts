import { BLOCKS, type HtmlSink, readHtml } from '../../html/html-events.ts'
import { fold, mentions, phrases } from '../phrases.ts'

/** What a notice is about. */
const SUBJECTS =
  phrases(`job, jobs, position, posting, vacancy, role, opening, advert, listing, opportunity, requisition
  stelle, stellenangebot, stellenanzeige, stellenausschreibung, jobangebot, ausschreibung, anzeige, vakanz
  offre, poste, annonce, emploi, oferta, puesto, vacante, empleo, posicion, offerta, posizione, annuncio, lavoro
  vaga, posicao, anuncio, emprego, vacature, functie, baan, ogloszenie, rekrutacja, stanowisko, tjanst*, jobb*, annons*
  stilling*, jobopslag*, вакансия, вакансии, вакансію, вакансія, ilan, ilani, pozisyon`)

/** What a notice says of it. */
const STATES =
  phrases(`no longer available, no longer open, no longer active, no longer accepting applications, no longer being advertised
  no longer listed, no longer posted, no longer online, no longer accepts applications, has been filled, is filled, has been closed, is closed, is now closed, has closed
  has expired, is expired, has been removed, is not available anymore, is unavailable, was filled
  nicht mehr verfugbar, nicht mehr online, nicht mehr aktiv, nicht mehr ausgeschrieben, nicht mehr offen, nicht mehr vakant, bereits besetzt, wurde besetzt
  ist besetzt, ist abgelaufen, ist geschlossen, wurde geschlossen, ist leider abgelaufen, nicht langer verfugbar
  n est plus disponible, n est plus en ligne, n est plus ouvert, n est plus ouverte, n est plus active, n est plus d actualite, a ete pourvu
  a ete pourvue, est pourvu, est pourvue, a expire, est expiree, est cloturee, est fermee, est close
  ya no esta disponible, ya no esta abierta, ya no esta activa, ha sido cubierta, ha sido cubierto, ha expirado, ha caducado
  esta cerrada, ha finalizado, no se encuentra disponible, non e piu disponibile, non e piu attiva, non e piu attivo, non e piu aperta
  e scaduto, e scaduta, e chiusa, e stata chiusa, nao esta mais disponivel, ja nao esta disponivel, nao esta mais aberta
  foi preenchida, expirou, esta encerrada, foi encerrada, niet meer beschikbaar, niet langer beschikbaar, niet meer open
  is vervuld, is gesloten, is verlopen, nie jest juz dostepna, nie jest juz dostepne, nie jest juz aktualna, nie jest juz aktywna
  jest nieaktualna, jest nieaktualne, wygasla, wygaslo, zostala zakonczona, inte langre tillganglig, ar tillsatt, ar stangd
  ikke længere tilgængelig, er besat, er udlobet, ikke lenger tilgjengelig, er utlopt, закрыта, в архиве, неактивна
  больше не актуальна, больше недоступна, неактуальна, yayindan kaldirildi, artik mevcut degil, suresi doldu`)

/** Notices that need no subject. */
const WHOLE = phrases(
  `募集は終了, 募集を終了, 募集終了, 掲載終了, 掲載は終了, 応募受付は終了, 受付を終了, 职位已关闭, 职位已下线, 已停止招聘, 职位已过期, 职缺已关闭
  職位已關閉, 職缺已關閉, 此職缺已關閉, 채용이 마감, 마감된 공고, 마감된 채용, 채용공고가 마감, 채용이 종료`,
)

/** A condition or a plan for later: "open until the position has been filled". */
const CONDITIONS =
  phrases(`if, once, until, when, whether, unless, after, before, as soon as, falls, sobald, wenn, bis, solange, ob, si, jusqu
  quand, lorsque, des que, hasta, cuando, se, quando, fino, ate, caso, als, zodra, totdat, tot, jesli, gdy, dopoki, om, nar, tills, hvis, indtil
  если, когда, пока, после`)

/** The longest notice. A longer text is a part of the advert. */
const MAX_NOTICE = 200

/** Whether a page says, in a short text that it shows, that its posting is no longer open. */
export function saysClosed(html: string): boolean {
  const sink = new NoticeSink()
  readHtml(html, [sink])
  return sink.end()
}

/** A notice is a sentence or two, and may stand beside "Sorry!" or a link to other jobs. */
function isNotice(text: string): boolean {
  if (text.length > MAX_NOTICE || text.length < 4) return false
  return text.split(/[.!?]\s/).some(saysIt)
}

function saysIt(sentence: string): boolean {
  const folded = fold(sentence)
  if (mentions(folded, WHOLE)) return true
  if (!mentions(folded, STATES) || !mentions(folded, SUBJECTS)) return false
  return !mentions(folded, CONDITIONS)
}

/** Void elements have no end, so that none of them can hide anything. */
const VOID: ReadonlySet<string> = new Set(
  'area base br col embed hr img input link meta source track wbr'.split(' '),
)

/** Reads blocks that a page shows. A page may hold the notice hidden, for its script to show. */
class NoticeSink implements HtmlSink {
  #text = ''
  #found = false
  /** The element that hides, and how many of its name are open within it. */
  #hidden: { readonly tag: string; depth: number } | undefined

  text(text: string): void {
    if (!this.#hidden && this.#text.length <= MAX_NOTICE) this.#text += text
  }

  open(tag: string, _href: string | null, attributes: ReadonlyMap<string, string>): void {
    if (BLOCKS.has(tag)) this.#flush()
    if (this.#hidden?.tag === tag) this.#hidden.depth++
    else if (!this.#hidden && !VOID.has(tag) && isHidden(attributes)) {
      this.#hidden = { tag, depth: 1 }
    }
  }

  close(tag: string): void {
    if (BLOCKS.has(tag)) this.#flush()
    if (this.#hidden?.tag !== tag) return
    this.#hidden.depth--
    if (this.#hidden.depth === 0) this.#hidden = undefined
  }

  end(): boolean {
    this.#flush()
    return this.#found
  }

  #flush(): void {
    this.#found ||= isNotice(this.#text.trim())
    this.#text = ''
  }
}

function isHidden(attributes: ReadonlyMap<string, string>): boolean {
  const style = (attributes.get('style') ?? '').replaceAll(' ', '').toLowerCase()
  const classes = (attributes.get('class') ?? '').toLowerCase().split(/\s+/)
  return (
    attributes.has('hidden') ||
    attributes.get('aria-hidden') === 'true' ||
    style.includes('display:none') ||
    style.includes('visibility:hidden') ||
    classes.some((name) => HIDING.has(name))
  )
}

const HIDING: ReadonlySet<string> = new Set(
  'hidden hide d-none is-hidden ng-hide invisible visually-hidden sr-only'.split(' '),
)
