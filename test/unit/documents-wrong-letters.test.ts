import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import type { Ocr, PictureFile } from '../../src/pipelines/documents/ocr/ocr.ts'
import { hasWrongLetters } from '../../src/pipelines/documents/read/pdf/wrong-letters.ts'
import { pdf, typed } from '../support/documents/pdf.ts'
import { read } from '../support/documents/reading.ts'

const ENGLISH = `The tenant shall pay the rent to the landlord on or before the first day of each month. If the
tenant does not pay the rent within ten days after it is due, the landlord may terminate this lease by written notice,
and the tenant shall leave the premises in the condition in which they were received, except for ordinary wear.`
const GERMAN = `Der Mieter zahlt die Miete bis zum dritten Werktag eines jeden Monats auf das Konto des Vermieters.
Gerät der Mieter mit zwei Monatsmieten in Verzug, so kann der Vermieter das Mietverhältnis ohne Einhaltung einer Frist
kündigen. Die Wohnung ist bei Beendigung des Mietverhältnisses geräumt und besenrein zurückzugeben.`
const FRENCH = `Le locataire est tenu de payer le loyer et les charges aux termes convenus. À défaut de paiement dans un
délai de deux mois après un commandement resté sans effet, le bail est résilié de plein droit, et le bailleur peut
demander la restitution des lieux dans l’état où ils se trouvaient lors de leur remise.`

/** Each letter stands so many places behind its own, and Z is followed by A. */
const moved = (text: string, by: number) =>
  text.replaceAll(/[a-z]/gi, (letter) => {
    const first = letter < 'a' ? 65 : 97
    return String.fromCharCode(first + ((letter.charCodeAt(0) - first + by) % 26))
  })

/** A font without a table: its glyphs begin with the space. */
const numbered = (text: string, space: string) =>
  Array.from(text.replaceAll(/\s/g, ' '), (char) =>
    char === ' ' ? space : String.fromCharCode(Math.max(33, char.charCodeAt(0) - 29)),
  ).join('')

const EXCHANGED = 'qwertyuiopasdfghjklzxcvbnm'
const exchanged = (text: string) =>
  text.toLowerCase().replaceAll(/[a-z]/g, (letter) => EXCHANGED.charAt(letter.charCodeAt(0) - 97))

const texts = [ENGLISH, GERMAN, FRENCH]

describe('the letters of a page are wrong', () => {
  test.each(Array.from({ length: 25 }, (_, at) => at + 1))('if they are moved by %d', (by) => {
    for (const text of texts) expect(hasWrongLetters(moved(text, by))).toBe(true)
  })

  test.each([
    ['are numbers of glyphs', (text: string) => numbered(text, ' ')],
    ['are numbers of glyphs, the space among them', (text: string) => numbered(text, '\u0003')],
  ])('if they %s', (_, change) => {
    for (const text of texts) expect(hasWrongLetters(change(text))).toBe(true)
  })
})

const accented = (letter: string) => String.fromCharCode(letter.charCodeAt(0) + 128)

const SAMPLES = join(import.meta.dirname, '../../samples/documents')

/** A page of prose of the middle of a document. */
const pageOf = (file: string) => readFileSync(join(SAMPLES, file), 'utf8').slice(1_000, 3_000)

describe.each(['employment-agreement.md', 'arbeitsvertrag.txt', 'contrat-de-travail.txt'])(
  'the letters of a page of %s are wrong',
  (file) => {
    test('if they are exchanged', () => {
      expect(hasWrongLetters(exchanged(pageOf(file)))).toBe(true)
    })

    test('if all of them have accents', () => {
      expect(hasWrongLetters(pageOf(file).replaceAll(/[a-z]/gi, accented))).toBe(true)
    })
  },
)

const repeated = (lines: (n: number) => string, count = 40) =>
  Array.from({ length: count }, (_, n) => lines(n)).join('\n')

describe('the letters of a page are taken for right', () => {
  test.each([
    ['in English', ENGLISH],
    ['in German', GERMAN],
    ['in French', FRENCH],
    [
      'in Latin',
      'Nemo plus iuris ad alium transferre potest quam ipse haberet. Pacta sunt servanda, in dubio pro reo. Audiatur et altera pars. Ultra posse nemo obligatur. Gallia est omnis divisa in partes tres, quarum unam incolunt Belgae, aliam Aquitani, tertiam qui ipsorum lingua Celtae, nostra Galli appellantur.',
    ],
    [
      'in Hungarian',
      'A felek megállapodnak abban, hogy minden jogvitát elsősorban békés úton rendeznek; ennek hiányában a bíróság dönt. A bérlő köteles a bérleti díjat minden hónap ötödik napjáig a bérbeadó számlájára átutalni, és a lakást rendeltetésszerűen használni.',
    ],
    [
      'in Vietnamese',
      'Hai bên đồng ý rằng mọi tranh chấp phát sinh từ hợp đồng này sẽ được giải quyết bằng thương lượng. Bên thuê có nghĩa vụ trả tiền thuê nhà đúng thời hạn, giữ gìn nhà ở và trả lại nhà cho bên cho thuê khi hợp đồng chấm dứt theo thỏa thuận giữa các bên.',
    ],
    [
      'in Welsh',
      'Mae gan bawb hawl i fywyd, rhyddid a diogelwch personol. Ni chaniateir caethwasiaeth na masnach mewn caethweision o unrhyw fath. Rhaid trin pob unigolyn yn gyfartal gerbron y gyfraith, ac y mae gan bawb hawl i amddiffyniad y gyfraith yn ddiwahaniaeth.',
    ],
    ['of numbers', repeated((n) => `${n * 17} ${n * 3.7} ${n * 1_000} EUR`)],
    [
      'of codes',
      repeated((n) => `COBADEFFXXX DE${n}0815 GENODEF1HH${n} BYLADEM1001 WKN A0X${n}QZ`),
    ],
    ['of hashes', repeated((n) => `${(n * 2_654_435_761).toString(16)}deadbeefcafe`.repeat(2))],
    ['of names', repeated((n) => `Grzegorz Brzęczyszczykiewicz, Szczebrzeszyn, Wrzosowa ${n}`)],
    [
      'of citations',
      repeated((n) => `BVerfGE ${n}, 113; BGHZ ${n}, 33; Palandt/Grüneberg, BGB, § 242 Rn. ${n}`),
    ],
    ['of abbreviations', repeated((n) => `Abschr. Rückst. Verb. LuL Ford. Bk. Ks. USt VSt ${n}`)],
    [
      'of labels',
      repeated(() => 'Vorname Nachname Straße PLZ Ort Telefon Geburtsdatum Unterschrift'),
    ],
    ['of addresses of the web', repeated((n) => `https://www.xkcd-jqwx.test/wp/${n}/kzq.html`)],
    ['in Russian', 'Арендатор обязан своевременно вносить арендную плату. '.repeat(8)],
    ['in Greek', 'Ο μισθωτής οφείλει να καταβάλλει το μίσθωμα. '.repeat(8)],
    ['of a few words', moved('The tenant shall pay the rent.', 3)],
  ])('%s', (_, text) => {
    expect(hasWrongLetters(text)).toBe(false)
  })

  test.each(readdirSync(SAMPLES))('in each part of %s', (file) => {
    const text = readFileSync(join(SAMPLES, file), 'utf8')
    for (let at = 0; at < text.length; at += 500)
      expect(hasWrongLetters(text.slice(at, at + 500))).toBe(false)
  })
})

describe('a PDF with wrong letters on its second page', () => {
  const wrong = moved(ENGLISH, 1).split('\n')
  const file = () => pdf({ pages: [typed(ENGLISH.split('\n')), typed(wrong)] })

  test('has that page recognised', async () => {
    const asked: PictureFile[] = []
    const ocr: Ocr = async function* (given) {
      asked.push(given)
      yield { page: 2, lines: ['The tenant pays.'], confidence: 95 }
    }
    const { text, notices } = await read(file(), 'a.pdf', { ocr })
    expect(asked).toMatchObject([{ pages: [2] }])
    expect(text.endsWith('\n\nThe tenant pays.')).toBe(true)
    expect(notices).toMatchObject([{ code: 'pages_recognised', count: 1 }])
  })

  test('has it named if there is no text recognition', async () => {
    const { notices } = await read(file(), 'a.pdf')
    expect(notices).toMatchObject([
      { code: 'pages_garbled', count: 1, message: expect.stringContaining('Page 2 with letters') },
    ])
  })
})
