import { expect, test } from 'vitest'

import { languageCodeOf, languageOf } from '../../src/pipelines/text/language.ts'

test.each([
  [
    'english',
    'The tenant must pay the rent before the third working day of each month, and may not set off any claim that the landlord disputes.',
    'Nobody is liable for a loss which could not have been foreseen when the contract was made.',
  ],
  [
    'german',
    'Der Mieter zahlt die Miete bis zum dritten Werktag eines Monats und darf mit Forderungen, die der Vermieter bestreitet, nicht aufrechnen.',
    'Niemand haftet für einen Schaden, der bei Abschluss des Vertrages nicht vorherzusehen war.',
  ],
  [
    'french',
    'Le locataire est tenu de payer le loyer avant le troisième jour de chaque mois et ne peut pas compenser les sommes que le bailleur conteste.',
    "Nul n'est responsable d'un dommage qui ne pouvait pas être prévu lors de la conclusion du contrat.",
  ],
  [
    'spanish',
    'El arrendatario debe pagar la renta antes del tercer día hábil de cada mes y no puede compensar las deudas que el arrendador discuta.',
    'Nadie responde de un daño que no se haya podido prever cuando se celebró el contrato.',
  ],
  [
    'italian',
    'Il conduttore deve pagare il canone entro il terzo giorno di ogni mese e non può compensare i crediti che il locatore contesta.',
    'Nessuno risponde di un danno che non poteva essere previsto quando il contratto è stato concluso.',
  ],
  [
    'portuguese',
    'O locatário deve pagar a renda até ao terceiro dia útil de cada mês e não pode compensar as dívidas que o locador conteste.',
    'Ninguém responde por um dano que não podia ser previsto quando o contrato foi celebrado.',
  ],
  [
    'dutch',
    'De huurder moet de huur vóór de derde werkdag van elke maand betalen en mag geen bedragen verrekenen die de verhuurder betwist.',
    'Niemand is aansprakelijk voor schade die bij het sluiten van de overeenkomst niet kon worden voorzien.',
  ],
])('a paragraph is recognised as %s', (language, ...paragraphs) => {
  for (const paragraph of paragraphs) {
    expect(languageOf(paragraph)).toBe(language)
    expect(languageOf(paragraph.toUpperCase())).toBe(language)
    expect(languageOf(`${paragraph}\n`.repeat(5_000))).toBe(language)
  }
})

test.each([
  [
    'Swedish',
    'Hyresgästen ska betala hyran senast den tredje vardagen i varje månad och får inte kvitta.',
  ],
  [
    'Danish',
    'Lejeren skal betale huslejen senest den tredje hverdag i hver måned og kan ikke modregne.',
  ],
  [
    'Norwegian',
    'Leietakeren skal betale husleien senest den tredje virkedagen i hver måned og kan ikke motregne.',
  ],
  [
    'Polish',
    'Najemca jest zobowiązany do zapłaty czynszu do trzeciego dnia każdego miesiąca i nie może.',
  ],
  [
    'Czech',
    'Nájemce je povinen platit nájemné do třetího dne každého měsíce a nesmí započítat, co není.',
  ],
  [
    'Romanian',
    'Chiriașul este obligat să plătească chiria până în a treia zi a fiecărei luni și nu poate.',
  ],
  [
    'Catalan',
    "L'arrendatari ha de pagar el lloguer abans del tercer dia de cada mes i no pot retardar-lo.",
  ],
  [
    'Latin',
    'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut.',
  ],
  ['Arabic', 'يجب على المستأجر دفع الإيجار قبل اليوم الثالث من كل شهر'],
  ['Chinese', '承租人应当在每月第三个工作日之前支付租金'],
])('another language is “simple”: %s', (_name, text) => {
  expect(languageOf(text)).toBe('simple')
})

test.each([
  '',
  ' \n',
  '4711 0815 42 %',
  'ACME 2000',
  'Kündigungsfrist',
  'termination rent deposit',
])('so is an ambiguous text: %j', (text) => {
  expect(languageOf(text)).toBe('simple')
})

test('a question has a language too', () => {
  expect(languageOf('How long is the notice period?')).toBe('english')
  expect(languageOf('Wie lange ist die Kündigungsfrist?')).toBe('german')
})

test.each([
  ['en', 'We look for a person who can bake and who has the time for it in the morning.'],
  ['de', 'Wir suchen eine Person, die backen kann und die am Morgen auch die Zeit dafür hat.'],
  [
    'pl',
    'Szukamy osoby, która potrafi piec i która ma na to czas rano, nie tylko w soboty, oraz lubi.',
  ],
  [
    'tr',
    'Sabahları bunun için zamanı olan ve ekmek pişirebilen bir kişi arıyoruz, bu iş çok güzel.',
  ],
  ['ja', 'パンを焼くことができ、朝に時間がある方を募集しています。経験は問いません。'],
  ['zh', '我们正在寻找一位会烤面包并且早上有时间的人，无需经验，公司提供培训。'],
  ['ko', '빵을 구울 수 있고 아침에 시간이 있는 사람을 찾고 있습니다. 경력은 무관합니다.'],
  ['el', 'Αναζητούμε ένα άτομο που μπορεί να ψήσει ψωμί και έχει χρόνο το πρωί.'],
  ['he', 'אנחנו מחפשים אדם שיכול לאפות לחם ויש לו זמן בבוקר לעבודה הזאת'],
])('a text has the code of its language: %s', (code, text) => {
  expect(languageCodeOf(text)).toBe(code)
})

test.each([
  '',
  'Baker (m/w/d)',
  'Cook and baker',
  // Cyrillic and Arabic letters are those of several languages.
  'Мы ищем человека, который умеет печь хлеб и у которого есть время по утрам.',
  'نبحث عن شخص يستطيع خبز الخبز ولديه وقت في الصباح للعمل معنا كل يوم',
  'Java, Kubernetes, React, AWS, SQL, Docker, Terraform, Kafka, Redis, Linux, Python, Go, Rust',
])('a short or uncertain text has none: %j', (text) => {
  expect(languageCodeOf(text)).toBeNull()
})
