import type { Company } from '../../src/protocol/company.ts'
import { boardName, companyName } from './company.ts'
import { platforms } from './platforms.ts'
import type { SiteSettings } from './settings.ts'

type SampleCompany = Omit<Company, 'slug'> & { readonly slug: string }

/** A company in the form that the input of an ingestion has. */
export function sampleCompany(
  settings: Pick<SiteSettings, 'seed' | 'kinds'>,
  board: number,
  origin: string,
): SampleCompany {
  const { platform, turn } = platformOf(settings, board)
  const slug = boardName(board)
  const source = platform.source({ board: slug, origin, turn })
  return { slug, name: companyName(settings.seed, board), source }
}

/** The path of a sample company's listing. */
export function listingPath(settings: Pick<SiteSettings, 'kinds'>, board: number): string {
  return platformOf(settings, board).platform.listing(boardName(board))
}

/** The companies are on the platforms in turn. */
function platformOf({ kinds }: Pick<SiteSettings, 'kinds'>, board: number) {
  const kind = kinds[(board - 1) % kinds.length] ?? 'greenhouse'
  return { platform: platforms[kind], turn: Math.floor((board - 1) / kinds.length) }
}
