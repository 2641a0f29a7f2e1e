import type { Workplace } from '../../protocol/posting.ts'
import { fold, mentions, phrases, placesIn } from './phrases.ts'
import { remembered } from './remembered.ts'

type SaidWorkplace = Exclude<Workplace, 'unknown'>

const REMOTE =
  phrases(`remote, remotely, fully remote, 100 remote, remotework, telecommut*, telework*, work from home, wfh
  anywhere, work from anywhere, worldwide, fully distributed, distributed team, home office, homeoffice, homeworking
  home based, mobiles arbeiten, mobile arbeit, fernarbeit, telearbeit, ortsunabhangig, teletravail, a distance, en distanciel
  teletrabajo, remoto, remota, desde casa, teletrabalho, smart working, telelavoro, da remoto, lavoro agile
  thuiswerken, thuiswerk, op afstand, distansarbete, distans, hjemmekontor, hjemmefra, fjernarbejde, etatyo*
  zdaln*, praca zdalna, na dalku, prace z domova, uzaktan, evden calisma, удален*, дистанцион*, віддален*, дистанційн*
  リモート, 在宅, テレワーク, 远程, 遠端, 居家办公, 재택, 원격, עבודה מרחוק, עבודה מהבית, عن بعد`)
const HYBRID =
  phrases(`hybrid, hybrid*, hybride*, hibrid*, ibrid*, hybryd*, partly remote, partially remote, part remote
  semi remote, teilweise remote, remote friendly, remote optional, remote possible, remote option, remote flexible
  flexible remote, teletravail partiel, teletrabajo parcial, occasional remote, some remote, days remote
  days a week remote, remote days, tage homeoffice, tage home office, home office teilweise, homeoffice teilweise, remote teilweise
  teilweise home office, teilweise homeoffice, homeoffice moglich, home office moglich
  гибрид*, гібрид*, ハイブリッド, 混合办公, 하이브리드`)
const ONSITE =
  phrases(`on site, onsite, in office, in person, office based, on premise, on premises, vor ort
  prasenz, sur site, presentiel, presencial, en sitio, in sede, in presenza, op locatie, pa plats, pa stedet
  stacjonarn*, na miste, prezencn*, ofiste, в офисе, в офісі, 出社, 现场办公, 사무실 출근`)
/** Words that say remote as a whole. */
const DENIED = phrases(
  'リモート不可, 在宅不可, 不可远程, 不支持远程, 재택 불가, 재택불가, non remote, nonremote',
)

const NOT = new Set(
  `0 not no non never without nicht kein keine keinen ohne pas sans sin nao nessun senza niet geen zonder inte ikke
  ingen utan nie bez ei yok degil не нет без`.split(/\s+/),
)

/** What may follow remote work within a few words: "remote working is not possible", "Homeoffice nicht möglich". */
const IMPOSSIBLE =
  /^ ?(?:\S{1,20} ){0,2}(?:(?:not|nicht|non|pas|no|niet|inte|ikke) (?:possible|available|allowed|offered|eligible|permitted|moglich|angeboten|vorgesehen|possibile|mogelijk|posible|disponible|mulig|mojligt)|impossible|unavailable|ausgeschlossen) ?$/

/**
 * Reads the workplace from words of any kind: the name of a place, or a board's word. A place that is "not remote" is
 * on site, and one that is "remote-friendly" is hybrid at most. Returns null if the words say nothing.
 */
export const workplaceIn = remembered((words): SaidWorkplace | null => {
  const folded = fold(words)
  if (isDenied(folded)) return 'onsite'
  if (mentions(folded, HYBRID) || isPartOfWeek(folded)) return 'hybrid'
  if (mentions(folded, REMOTE)) return 'remote'
  return mentions(folded, ONSITE) ? 'onsite' : null
})

/** Whether the text denies what it says of remote work: "not remote", "kein Homeoffice", "Remote: no". */
function isDenied(folded: string): boolean {
  if (mentions(folded, DENIED)) return true
  return placesIn(folded, REMOTE).some(({ from, to }) => {
    const before = folded.slice(0, from).split(' ').slice(-3)
    const after = folded.slice(to)
    return before.some((word) => NOT.has(word)) || NOT.has(after.trim()) || IMPOSSIBLE.test(after)
  })
}

/** Whether a text tells of some days of remote work a week. */
function isPartOfWeek(folded: string): boolean {
  const days = / [1-4] (?:days?|tage?|jours?|dias?|giorn[oi]|dage?n?|dni) /
  return days.test(folded) && (mentions(folded, REMOTE) || mentions(folded, ONSITE))
}

/** The workplace that the names of places, or a board's words, say. A hybrid one counts first. Null if they say none. */
export function toWorkplace(words: readonly (string | null | undefined)[]): SaidWorkplace | null {
  const said = new Set(words.map((word) => workplaceIn(word ?? '')))
  return WORKPLACES.find((workplace) => said.has(workplace)) ?? null
}

const WORKPLACES = ['hybrid', 'remote', 'onsite'] as const

/** Whether the names of places say remote or not. Returns null if they say neither. */
export function remoteIn(places: readonly string[]): boolean | null {
  const workplace = toWorkplace(places)
  return workplace === null ? null : workplace === 'remote'
}

/** Reads a board's word for the kind of workplace. Returns null for an unknown word. */
export function toRemote(workplace: string | null | undefined): boolean | null {
  return remoteIn([workplace ?? ''])
}
