import { createCanvas } from '@napi-rs/canvas'
import { z } from 'zod'

import { Recogniser } from '../../scripts/ocr/recogniser.ts'
import { readArguments } from '../arguments.ts'

/**
 * Measures how many characters the local text recognition reads right, on pages that are drawn here: three languages,
 * 150 to 300 dots an inch, straight and turned.
 */
const TEXTS = {
  english: [
    'The Tenant shall pay the Rent of EUR 1,250.00 in advance on the first day of each month.',
    '12.3 The warranties in clauses 4(a) to 4(c) survive the termination of this Agreement.',
    'If any provision is held to be invalid, the remaining provisions stay in full force.',
    'Notice must be given in writing and is deemed received on the third Business Day.',
    'The Seller indemnifies the Buyer against all losses arising from a breach of § 7.',
  ],
  german: [
    'Der Mieter hat den Rückstand bis zum 31. März 2024 zu begleichen; § 543 Abs. 2 BGB gilt.',
    'Die Gewährleistungsansprüche verjähren in zwei Jahren ab Übergabe der Kaufsache.',
    'Änderungen und Ergänzungen dieses Vertrages bedürfen der Schriftform (§ 126 BGB).',
    'Der Verkäufer haftet nur für Vorsatz und grobe Fahrlässigkeit seiner Organe.',
    'Gerichtsstand für alle Streitigkeiten ist, soweit zulässig, München.',
  ],
  french: [
    "Le locataire s'engage à entretenir les lieux loués et à acquitter les charges.",
    'Le présent contrat est conclu pour une durée de neuf années à compter du 1er août.',
    "Toute modification doit faire l'objet d'un avenant signé par les deux parties.",
    'Le vendeur garantit l’acheteur contre les vices cachés (article 1641 du Code civil).',
    'À défaut de paiement, le bail sera résilié de plein droit un mois après.',
  ],
} as const

const FONTS = ['serif', 'sans-serif']
const POINTS = 11
const LINES = 20

function draw(lines: readonly string[], { dpi, turned, font }: Shot): Uint8Array {
  const canvas = createCanvas(8.27 * dpi, 6 * dpi)
  const context = canvas.getContext('2d')
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.translate(canvas.width / 2, canvas.height / 2)
  context.rotate((turned * Math.PI) / 180)
  context.translate(-canvas.width / 2, -canvas.height / 2)
  context.fillStyle = '#222'
  context.font = `${(dpi * POINTS) / 72}px ${font}`
  for (const [at, line] of lines.entries())
    context.fillText(line, dpi * 0.6, dpi * (0.6 + at * 0.25), dpi * 7)
  return new Uint8Array(canvas.toBuffer('image/png'))
}

type Shot = { readonly dpi: number; readonly turned: number; readonly font: string }

/** The least changes of one character that make one text of the other. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same))
    }
    row = next
  }
  return row[other.length] ?? 0
}

const plain = (lines: readonly string[]) =>
  lines.join(' ').replaceAll('’', "'").replaceAll(/\s+/g, ' ').trim()

readArguments({
  usage: `npm run bench:ocr

Measures how many characters the local text recognition reads right, and the processor time of a page.

  --help   this text
`,
  options: {},
  schema: z.strictObject({}),
})

const recogniser = new Recogniser()
console.log(
  '| language | dots an inch | turned | characters right | confidence | CPU time a page |',
)
console.log(
  '| -------- | ------------ | ------ | ---------------- | ---------- | --------------- |',
)
for (const [language, text] of Object.entries(TEXTS)) {
  const lines = Array.from({ length: LINES }, (_, at) => text[at % text.length] ?? '')
  for (const dpi of [150, 200, 300])
    for (const turned of [0, 1, -2]) {
      const shots = FONTS.map((font) => ({ dpi, turned, font }))
      let [wrong, sure] = [0, 0]
      const before = process.cpuUsage()
      for (const shot of shots) {
        const file = { bytes: draw(lines, shot), media_type: 'image/png', pages: [1] } as const
        for await (const page of recogniser.read(file)) {
          wrong += distance(plain(lines), plain(page.lines))
          sure += page.confidence / shots.length
        }
      }
      const { user } = process.cpuUsage(before)
      const right = 1 - wrong / (plain(lines).length * shots.length)
      const seconds = user / 1_000_000 / shots.length
      console.log(
        `| ${language} | ${dpi} | ${turned}° | ${(right * 100).toFixed(2)} % | ${sure.toFixed(0)} | ${seconds.toFixed(1)} s |`,
      )
    }
}
await recogniser.end()
