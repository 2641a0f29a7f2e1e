import type { ListingCertificate } from '../../protocol/visit.ts'
import type { SourceListing } from './listed.ts'

type ListingFacts = Omit<SourceListing, 'postings'> & { readonly unique: number }

/** Certifies a listing that was read from so many answers. `unique` is the number of its postings. */
export function certificateOf(
  { unique, incomplete, claimed = null, fetched = unique }: ListingFacts,
  answers: number,
): ListingCertificate {
  const proof = incomplete === null ? proofOf(claimed, answers) : null
  return { claimed, fetched, unique, answers, proof, reason: incomplete }
}

function proofOf(claimed: number | null, answers: number): ListingCertificate['proof'] {
  if (claimed !== null) return 'claim'
  return answers > 1 ? 'last_page' : 'one_answer'
}
