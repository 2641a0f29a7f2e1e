import { stemOf } from '../text/words.ts'

/**
 * Each line lists words for one concept, in English and German: the words of contracts, statutes and decisions, and
 * the words of people who search. A compound that contains a long word of a line also names its concept.
 */
const CONCEPTS = `
landlord lessor owner vermieter vermieterin eigentümer eigentümerin
tenant lessee renter mieter mieterin
lease rent rental tenancy letting miete mieten mietvertrag mietverhältnis vermietung vermieten pacht
sublet sublease subletting untervermietung untermiete untermieter
deposit security guarantee bond kaution sicherheitsleistung hinterlegen bürgschaft sicherheit
terminate termination cancel cancellation quit resign resignation kündigen kündigung gekündigt beenden beendigung
notice deadline period timeframe frist fristen zeitraum ablauf
dismissal dismiss fired sacked layoff redundancy redundant entlassen entlassung rauswurf kündigung
severance redundancy payoff abfindung
salary wage wages payday remuneration earnings income lohn gehalt vergütung entgelt verdienst einkommen
pay payment paid payable transfer zahlen zahlung bezahlen gezahlt überweisen überweisung
employee worker staff personnel arbeitnehmer arbeitnehmerin mitarbeiter beschäftigte angestellte
employer company firm business arbeitgeber arbeitgeberin firma betrieb unternehmen
holiday vacation leave urlaub ferien
sick ill illness sickness disease krank krankheit erkranken erkrankt arbeitsunfähigkeit
doctor physician medical arzt ärztlich attest
probation probationary trial probezeit
overtime extra supplement überstunden mehrarbeit zuschlag
compete competitor competition rival wettbewerb konkurrent konkurrenz mitbewerber
secret confidential confidentiality secrecy vertraulich geheim geheimnis verschwiegenheit stillschweigen
breach violate violation violating infringe infringement verstoß verstoßen verletzung verletzen
penalty fine sanction punishment strafe vertragsstrafe bußgeld geldbuße
liable liability responsible responsibility answerable haftung haften haftet verantwortlich
damage harm loss injury schaden schäden beschädigung verletzung
compensation damages indemnity reimburse reimbursement refund repay entschädigung ersatz schadensersatz erstatten erstattung ersetzen zurückzahlen
cap ceiling limit limited maximum höchstens obergrenze maximal begrenzt
increase raise rise higher erhöhung erhöhen steigerung
inflation index teuerung preisindex
bill invoice statement account rechnung abrechnung
cost costs expense expenses fee charge price kosten auslagen gebühr preis
utilities heating water betriebskosten nebenkosten heizkosten
repair fix mend maintenance upkeep reparatur reparieren instandhaltung
defect fault flaw bug broken faulty mangel mängel fehler defekt
court tribunal judge gericht richter
ruling judgment decision verdict urteil entscheidung beschluss
appeal challenge contest berufung rechtsmittel anfechten
claimant plaintiff victim kläger klägerin geschädigte
lawyer attorney solicitor counsel anwalt anwältin rechtsanwalt
lawsuit litigation proceedings trial klage prozess verfahren rechtsstreit
evidence proof prove witness beweis nachweis zeuge
insurance insured insurer versicherung versichert
accident crash collision unfall zusammenstoß
negligence careless carelessness accident fahrlässig fahrlässigkeit
power electricity energy strom
backup emergency generator notstrom sicherungskopie
phone telephone call hotline conversation telefon telefonat anruf gespräch
email mail message sms nachricht
writing written paper letter schriftlich schriftform textform
delete erase destroy wipe remove löschen gelöscht vernichten entfernen
store keep retain storage speichern gespeichert aufbewahren aufheben
record recording tape aufzeichnen aufzeichnung aufnahme mitschneiden
leak hack hacker attack intrusion theft unauthorised angriff unbefugt datenpanne gestohlen diebstahl
location tracking route position standort ortung strecke
newsletter advertising marketing rundbrief werbung
unsubscribe abmelden abbestellen
address anschrift adresse
sell sale sold buy purchase verkaufen verkauf kaufen
child children minor minors kid teenager kind kinder minderjährig jugendliche
dog cat pet animal hund katze tier haustier
noise loud quiet silence lärm laut ruhe ruhig
guest visitor visit tourist gast gäste besuch touristen
paint repaint decorate renovate streichen anstrich renovieren schönheitsreparaturen
vacate moving ausziehen auszug umzug
family relative parents familie angehörige eltern
eviction evict räumung
invention invent inventor patent erfindung erfinden erfinder
copyright ownership licence urheberrecht nutzungsrecht lizenz
software program code app application programm
vendor supplier provider contractor lieferant anbieter auftragnehmer dienstleister
customer client buyer kunde kundin auftraggeber
deliver delivery supply lieferung liefern
accept acceptance abnahme annahme
refuse reject decline deny withhold ablehnen ablehnung verweigern
permission consent allow allowed permit permitted approval authorise erlaubnis erlaubt zustimmung einwilligung gestattet genehmigung
forbid forbidden prohibit ban verbieten verboten untersagt untersagen
uptime availability reachable downtime outage verfügbarkeit ausfall erreichbar
website web site online internetseite webseite homepage
fast quick quickly speed prompt promptly immediately schnell rasch unverzüglich tempo geschwindigkeit
bankrupt bankruptcy insolvency insolvent insolvenz konkurs pleite
typo typos spelling mistake tippfehler rechtschreibfehler
safe safety danger dangerous hazard risk gefahr gefährlich risiko sicherheit
inspect inspection check examine test audit prüfen prüfung kontrolle untersuchung
register registration enrol anmelden anmeldung registrieren registrierung
grant subsidy funding support zuschuss förderung
government state authority council behörde amt staat
equipment machine machinery tool device gerät maschine werkzeug
waiver waive renounce verzicht verzichten
void invalid unenforceable unwirksam nichtig ungültig
valid effective enforceable wirksam gültig
terms clause provision condition klausel bestimmung bedingung
dispute conflict mediation mediator arbitration schlichtung streit
recruit hire poach hiring anwerben abwerben einstellen
reference testimonial zeugnis arbeitszeugnis
training course education fortbildung schulung lehrgang kurs
pension retirement retire rente altersvorsorge ruhestand
arrears overdue late default delay rückstand verzug verspätet
free gratis kostenlos unentgeltlich
discrimination harassment bullying diskriminierung belästigung mobbing
complaint complain grievance beschwerde beanstandung einwand
car vehicle auto fahrzeug kraftfahrzeug
bicycle bike cyclist fahrrad rad radfahrer lastenrad
pedestrian walker fußgänger spaziergänger passant
fire burn burned burnt flood feuer brand überschwemmung
cleaning cleaner housework household reinigung putzen haushalt haushaltshilfe
renew renewal extend extension verlängern verlängerung
duration term laufzeit dauer
privacy personal datenschutz personenbezogen
copy copies prototype sample kopie muster prototyp
disassemble dismantle decompile zerlegen
home remote zuhause homeoffice
baby birth maternity pregnancy geburt elternzeit mutterschutz schwangerschaft
`

const concepts = new Map<string, string[]>()
for (const line of CONCEPTS.trim().split('\n')) {
  const stems = new Set(line.split(' ').map(stemOf))
  const [name = ''] = stems
  for (const stem of stems) concepts.set(stem, [...(concepts.get(stem) ?? []), name])
}

/** Words of at least this length are searched in compounds. The search looks up as many first letters. */
const IN_COMPOUND = 5

const byBeginning = Map.groupBy(
  [...concepts.keys()].filter((stem) => stem.length >= IN_COMPOUND),
  (stem) => stem.slice(0, IN_COMPOUND),
)

/** Returns the names of the concepts that a word names. */
export function conceptsOf(stem: string): ReadonlySet<string> {
  const own = concepts.get(stem)
  return new Set(own ?? partsOf(stem).flatMap((part) => concepts.get(part) ?? []))
}

function partsOf(stem: string): string[] {
  const parts: string[] = []
  for (let at = 0; at + IN_COMPOUND <= stem.length; at++) {
    const beginning = byBeginning.get(stem.slice(at, at + IN_COMPOUND)) ?? []
    parts.push(...beginning.filter((part) => stem.startsWith(part, at)))
  }
  return parts.filter((part) => stem.length > part.length + 2)
}
