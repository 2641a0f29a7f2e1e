import { expect, test } from 'vitest'

import { toPlaces } from '../../src/pipelines/ingestion/place/place-names.ts'
import { remoteIn, toRemote } from '../../src/pipelines/ingestion/workplace.ts'

test.each([
  'Remote',
  'REMOTE - US',
  'Fully Remote',
  'Anywhere',
  'Home office, Deutschland',
  'Homeoffice',
  'Fully distributed',
  'Télétravail, France',
  'Teletrabajo',
  '100% remoto',
  'Praca zdalna',
  'Distansarbete',
  'Удалённая работа',
  'リモート',
  '在宅勤務',
  '远程办公',
  '재택근무',
  'TELECOMMUTE',
  'Work From Home',
  'San Francisco or Remote',
  'Remote (not available in CA)',
  'Remote, but not in Texas',
  'Telearbeit',
])('“%s” is remote', (place) => {
  expect(remoteIn([place])).toBe(true)
})

test.each([
  'Berlin (not remote)',
  'Remote working not possible',
  'Remote work is not available',
  'Homeoffice nicht möglich',
  'Télétravail pas possible',
  'No remote',
  'Non-remote',
  'Not a remote position',
  'Remote: No',
  'kein Homeoffice',
  'Kein Home Office möglich',
  'Pas de télétravail',
  'Sin teletrabajo',
  'Sem teletrabalho ou não remoto',
  'Geen thuiswerk',
  'リモート不可',
  'Hybrid - Berlin',
  'Hybride, Paris',
  'Remote-Friendly',
  'Remote 2 days/week',
  'In office 3 days a week',
  '0% remote',
  'Home Office (teilweise)',
  'Teilweise remote',
  'Partially remote',
  'On-site: Leeds',
  'ON_SITE',
  'OnSite',
  'Vor Ort',
  'Présentiel',
  'Presencial',
])('“%s” is not remote', (place) => {
  expect(remoteIn([place])).toBe(false)
})

test.each([
  'San Francisco, CA & New York, NY',
  'Remoteville',
  'Berlin',
  'unspecified',
  'Notting Hill',
  '',
])('“%s” says nothing of remote work', (place) => {
  expect(remoteIn([place])).toBeNull()
  expect(toRemote(place)).toBeNull()
})

test('of several places, one may be remote, but a hybrid one is not', () => {
  expect(remoteIn(['Berlin', 'Remote'])).toBe(true)
  expect(remoteIn(['Hybrid, Berlin', 'Remote'])).toBe(false)
  expect(remoteIn([])).toBeNull()
})

test.each([
  [['London, UK; Ontario, CAN; San Francisco'], ['London, UK', 'Ontario, CAN', 'San Francisco']],
  [['A | B | C'], ['A', 'B', 'C']],
  [
    ['Berlin • Hamburg', 'Berlin'],
    ['Berlin', 'Hamburg'],
  ],
  [['Berlin / Remote'], ['Berlin', 'Remote']],
  [['Leipzig, -, DE', 'n/a', '-', null, ''], ['Leipzig, DE']],
  [['San Francisco, CA & New York, NY'], ['San Francisco, CA & New York, NY']],
  [['Trier/Luxembourg'], ['Trier/Luxembourg']],
])('the places %j are %j', (texts, places) => {
  expect(toPlaces(texts)).toEqual(places)
})
