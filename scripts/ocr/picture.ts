import sharp from 'sharp'

/** A page of A4 at 600 dots an inch has 35 million. */
const MOST_PIXELS = 40_000_000
const MOST_SECONDS = 60

/** A page as a PNG, with its size in pixels. */
export type Picture = {
  readonly bytes: Buffer
  readonly size: { readonly width: number; readonly height: number }
}

/**
 * Opens a page of a picture, upright as the camera held it, with white where nothing is. Returns undefined for a picture
 * that is damaged, or that has more pixels than fit into memory.
 */
export async function openPicture(file: Uint8Array, page: number): Promise<Picture | undefined> {
  try {
    const { data, info } = await sharp(file, { page: page - 1, limitInputPixels: MOST_PIXELS })
      .autoOrient()
      .flatten({ background: 'white' })
      .greyscale()
      .png({ compressionLevel: 1 })
      .timeout({ seconds: MOST_SECONDS })
      .toBuffer({ resolveWithObject: true })
    return { bytes: data, size: { width: info.width, height: info.height } }
  } catch (error) {
    console.error(`text recognition: a picture cannot be opened: ${String(error)}`)
    return undefined
  }
}
