import type { ListingCertificate } from '../../protocol/visit.ts'
import type { SourceListing } from './listed.ts'

/** Certifies a listing that was read from so many answers. */
export function certificateOf(
  { postings, incomplete, claimed = null, fetched = postings.length }: SourceListing,
  answers: number,
): ListingCertificate {
  const proof = incomplete === null ? proofOf(claimed, answers) : null
  return { claimed, fetched, unique: postings.length, answers, proof, reason: incomplete }
}

function proofOf(claimed: number | null, answers: number): ListingCertificate['proof'] {
  if (claimed !== null) return 'claim'
  return answers > 1 ? 'last_page' : 'one_answer'
}
