type Words<T> = readonly [T, ...T[]]

/** The words that make the names and postings of the sample companies, with awkward characters among them. */
export const COMPANY_FIRST: Words<string> = [
  'Aurora',
  'Blue Harbour',
  'Castor & Pollux',
  'Dünenweg',
  'Élan',
  'Fjord',
  'Granite',
  'Hallåren',
  'Ibis',
  'Juniper',
  'Kestrel',
  'Łódka',
]

export const COMPANY_LAST: Words<string> = [
  'Robotics',
  'Health',
  'Logistik',
  'Énergie',
  'Foods',
  'Systems',
  'Freight',
  'Papers',
  'Optik',
  'Labs',
]

export const LEVELS: Words<string> = ['', 'Senior ', 'Lead ', 'Junior ', 'Staff ', 'Principal ']

export const ROLES: Words<string> = [
  'Software Engineer',
  'Software Engineer, "Platform" & Tooling',
  'Account Executive (DACH)',
  'Pflegefachkraft (m/w/d)',
  'Ingénieur·e de données',
  'バックエンドエンジニア',
  'Customer Success Manager 🌍',
  'People & Culture Partner',
  'Züchtungsforscher/in',
  'Data Scientist – Forecasting',
  "Editor, Children's Books",
  'Night Shift Baker 🥐',
  'مهندس برمجيات',
  'Warehouse Associate <Evenings>',
  'Hardware Technician',
  'Legal Counsel',
]

export const PLACES: Words<string> = [
  'Berlin, Germany',
  'Zürich, Switzerland',
  'São Paulo, Brazil',
  'London, UK',
  'Remote – EMEA',
  '東京, Japan',
  'Kraków, Poland',
  'New York, NY; Boston, MA',
  'Reykjavík, Iceland',
]

export const DEPARTMENTS: Words<string> = [
  'Engineering',
  'Sales & Partnerships',
  'Qualitätssicherung',
  'Opérations',
  'People',
  'Finance',
  'Support',
]

export const LANGUAGES: Words<string> = ['en', 'de', 'fr', 'ja']

/** Sentences as plain text. The content escapes them. */
export const SENTENCES: Words<string> = [
  'You will work with a small team that ships to customers every week.',
  'We care about clear writing, short meetings & honest estimates.',
  'Erfahrung mit Schichtplanung ist hilfreich, aber keine Bedingung.',
  'You have shipped something you are proud of, and something you are not.',
  'Nous cherchons une personne curieuse, qui aime expliquer ce qu’elle fait.',
  'Our stack is "boring" on purpose: it leaves time for the hard parts.',
  'チームは五人で、毎朝十時に始めます。',
  'The budget for learning is yours to spend: books, courses, a conference.',
  'If 3 < 5 looks like HTML to you, we should talk.',
  'You can read a profile, a log and a room 🔎.',
  'Salary is paid monthly; the range is 60 000–85 000 € a year.',
  'We answer every application within ten days, whatever the answer is.',
]
