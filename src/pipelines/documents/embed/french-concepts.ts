import { stemOf } from '../text/words.ts'
import { conceptsOf } from './concepts.ts'

/**
 * Each line begins with a word of a concept of concepts.ts, and lists French words for it. The embedder does not know
 * them: with them, vectors that are stored would no longer fit those of questions.
 */
const CONCEPTS = `
landlord bailleur bailleresse propriétaire
tenant locataire preneur
lease bail louer loué loyer
sublet sous-location sous-louer sous-loué sous-locataire
deposit caution dépôt
terminate résilier résiliation rompre rupture congé dénoncer dénonce démission démissionner partir quitter départ
notice préavis délai échéance
dismissal licenciement licencier licencié renvoyer renvoi
severance indemnité
salary salaire rémunération paie gagner paye
pay payer paiement verser versé régler acquitter dû
employee salarié salariée employé travailleur personnel
employer employeur entreprise société
holiday congés vacances
sick maladie malade arrêt
doctor médecin médical santé
probation essai
overtime supplémentaires majorées majoration
compete concurrence concurrent concurrente
secret confidentiel confidentialité confidentiels secret discrétion
breach violation manquement faute
penalty pénalité amende
liable responsable responsabilité incombent incombe
damage dommage dégât dégâts dégradation dégradations préjudice
compensation indemnisation rembourser remboursement rembourse restitué restituer récupérer rendre dédommagement
limit plafond
increase augmenter augmentation hausse majoration
bill facture décompte
cost frais charges coût prix provision
utilities chauffage eau électricité chaudière
repair réparer réparation réparations entretien dépanner travaux
defect défaut vice panne
court tribunal juge conseil
ruling jugement décision arrêt
appeal appel recours contestation
lawyer avocat
lawsuit procès litige litiges
evidence preuve témoin certificat attestation
insurance assurance assuré assurer
email e-mail courriel électronique
writing écrit écrite lettre
delete effacer supprimer
child enfant enfants mineur
pet chien chat animal animaux
noise bruit musique silence
guest touriste touristes voyage visiteur
paint peindre repeindre peinture
permission autorisation autorisé autorisée permis admis
forbid interdit interdite interdiction exclue
family famille parent proche
training formation
late retard
fire incendie
bike vélo vélos bicyclette
duration durée dure
renew renouveler renouvelle prolonger prolongée
sell vendre vente
`

const concepts = new Map<string, ReadonlySet<string>>()
for (const line of CONCEPTS.trim().split('\n')) {
  const [name = '', ...words] = line.split(' ').map(stemOf)
  for (const word of words)
    concepts.set(word, new Set([...(concepts.get(word) ?? []), ...conceptsOf(name)]))
}

/** Returns the concepts that a word of English, German or French names. */
export function meaningsOf(stem: string): ReadonlySet<string> {
  const own = concepts.get(stem)
  return own === undefined ? conceptsOf(stem) : new Set([...own, ...conceptsOf(stem)])
}
