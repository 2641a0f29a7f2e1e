import type { EmploymentType } from '../../protocol/posting.ts'
import { fold, mentions, type Phrases, phrases } from './phrases.ts'
import { remembered } from './remembered.ts'

const FULL_TIME =
  phrases(`full time, fulltime, vollzeit*, temps plein, temps complet, plein temps, jornada completa, tiempo completo
  tempo integral, tempo inteiro, tempo completo, tempo pieno, periodo integral, voltijd*, voltijds, heltid*
  fuld tid, fuldtid*, kokoaika*, kokopaivai*, pelny etat, pelen etat, pelnym etacie, plny uvazek, hpp
  hlavni pracovni pomer, tam zamanli, penuh waktu, toan thoi gian, teljes munkaido*, norma intreaga, полный*
  полная*, полной*, повна*, повний*, 正社員, フルタイム, 常勤, 全职, 全職, 正职, 정규직, 풀타임, 전일제, משרה מלאה, دوام كامل`)
/** Offers of both, of which one lacks its whole name. */
const EITHER =
  phrases(`full part time, full or part time, full and part time, full to part time, voll oder teilzeit, voll und teilzeit
  voll teilzeit, voll bzw teilzeit, voll od teilzeit, temps plein ou partiel, temps plein partiel, temps complet ou partiel
  completo o parcial, completa o parcial, completo parcial, pieno o parziale, integral ou parcial, hel eller deltid
  vol of deeltijd`)

/** The words for each type in large languages. The first match counts: the kind of contract says more than the hours. */
const KINDS: readonly (readonly [EmploymentType, Phrases])[] = [
  [
    'intern',
    phrases(`intern, interns, internship, internships, working student, trainee, traineeship, apprentice*, co op
      praktikum*, praktika, praktikant*, pflichtpraktikum, werkstudent*, ausbildung*, auszubildende*, azubi*
      stage, stages, stagiaire*, alternance, alternant*, apprentissage, practicas, becario, becaria, pasantia
      estagio, estagiario, estagiaria, tirocinio, apprendistato, stageplek, stageplaats, praktik, praktikplads
      harjoittel*, staz, staze, stazysta, praktyki, praktykant, staj, stajyer, magang, jovem aprendiz, elevplads
      стаж*, практикант*, практика, интерн*, インターン, 实习, 實習, 인턴, מתמחה, התמחות, تدريب`),
  ],
  [
    'volunteer',
    phrases(`volunteer, volunteers, volunteering, ehrenamt*, freiwillig*, benevole, benevolat, voluntari*
      volontari*, volontariat, vrijwillig*, frivillig*, wolontari*, dobrovoln*, gonullu, волонт*, ボランティア, 志愿
      자원봉사`),
  ],
  [
    'per_diem',
    phrases(
      'per diem, on call, prn, abruf, auf abruf, vacataire, oproepkracht, 0 hours, nulurencontract',
    ),
  ],
  [
    'contract',
    phrases(`contract, contractor, contractors, freelance*, freiberuf*, freie mitarbeit*, freier mitarbeiter
      selbstandig*, independant, auto entrepreneur, prestataire, portage salarial, autonomo, autonoma
      por contrato, pj, prestador*, libero professionista, partita iva, zzp, zzper, zelfstandig*, frilans*
      konsultuppdrag, b2b, umowa zlecenie, zlecenie, osvc, serbest, 1099, c2c, corp to corp, фриланс*, подряд*, гпх
      業務委託, フリーランス, 自由职业, 프리랜서, 외주, עצמאי, فريلانس`),
  ],
  [
    'temporary',
    phrases(`temporary, temp, seasonal, fixed term, fixed term contract, limited term, befristet*, zeitarbeit*
      saisonal, sommerjob*, ferienjob*, ferialjob*, saisonarbeit*, saisonkraft, aushilf*, leiharbeit*, arbeitnehmeruberlassung, cdd, interim, interimaire
      saisonnier*, duree determinee, temporal, eventual, fijo discontinuo, temporario, temporaria, contrato temporario
      prazo certo, prazo determinado, tempo determinato, stagionale, somministrazione, tijdelijk*, uitzend*
      bepaalde tijd, visstid*, vikariat, vikar, tidsbegransad*, midlertidig*, tidsbegraenset, maaraaikai*
      czas okreslony, tymczasow*, doba urcita, gecici, donemsel, временн*, сезонн*, срочный, тимчасов*, сезон*
      契約社員, 派遣, 有期, 临时, 臨時, 계약직, 임시, زمني, مؤقت, זמני`),
  ],
  [
    'part_time',
    phrases(`part time, parttime, teilzeit*, minijob*, geringfugig*, temps partiel, mi temps, media jornada
      jornada parcial, tiempo parcial, medio tiempo, media jornada, meio periodo, tempo parcial, part time
      deeltijd*, parttijds, deltid*, osa aika*, osa aikainen, niepelny etat, pol etatu, czesc etatu, 1 2 etatu
      zkraceny uvazek, castecny uvazek, yari zamanli, paruh waktu, ban thoi gian, reszmunkaido*, неполн*, частичн*
      неповн*, パート, アルバイト, 兼职, 兼職, 파트타임, 시간제, 알바, משרה חלקית, دوام جزئي`),
  ],
  ['full_time', FULL_TIME],
]

/** A permanent contract is a contract of employment, and neither a contractor's nor a temporary one. */
const PERMANENT =
  phrases(`permanent, unbefristet*, festanstellung*, feste anstellung, cdi, duree indeterminee
  indefinido, indefinida, tempo indeterminato, indeterminato, prazo indeterminado, vaste baan, vast contract
  onbepaalde tijd, tillsvidare*, fastansat*, fast stilling, czas nieokreslony, doba neurcita, unlimited contract
  indefinite contract, open ended, бессрочн*`)
/** A contract for some time is a contract of employment as well. */
const FIXED_TERM = phrases('fixed term, fixed term contract, fixed term contracts')
/** Words that say which type it is not. */
const DENIED =
  /\b(?:not|nicht|keine?|pas) (?:an? |in |de |d )?(?:full|part|voll|teil|temps|intern|praktik|stage)/
const OTHER = new Set(
  'other others sonstige sonstiges autre autres otro outro altro anders'.split(' '),
)

/**
 * Reads the employment type from words such as `FullTime`, `FULL_TIME`, `Teilzeit` or `Temps plein`. Null if no type matches, or if
 * the words offer both full and part time.
 */
export function toEmploymentType(text: string | null | undefined): EmploymentType | null {
  return typeIn(text ?? '')
}

const typeIn = remembered((text): EmploymentType | null => {
  const words = fold(text)
  if (DENIED.test(words)) return null
  const permanent = mentions(words, PERMANENT)
  const found = KINDS.find(
    ([type, list]) =>
      !(permanent && (type === 'contract' || type === 'temporary')) && mentions(words, list),
  )?.[0]
  if (found === 'contract' && mentions(words, FIXED_TERM)) return 'temporary'
  if (isOfHours(found) && offersBoth(words, found)) return null
  return found ?? (OTHER.has(words.trim()) ? 'other' : null)
})

function isOfHours(type: EmploymentType | undefined): boolean {
  return type === 'part_time' || type === 'full_time'
}

/** Part time counts before full time, so words for both are found as part time. */
function offersBoth(words: string, found: EmploymentType | undefined): boolean {
  return mentions(words, EITHER) || (found === 'part_time' && mentions(words, FULL_TIME))
}
