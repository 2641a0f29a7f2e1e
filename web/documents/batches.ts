/** The server takes forms of up to 90 MB. The rest is for the form's own lines around the files. */
const UPLOAD_BYTES = 85 * 1024 * 1024
const UPLOAD_FILES = 100

/** Splits files into uploads that are small enough. A file that is too large goes into an upload of its own. */
export function batchesOf<T extends Pick<File, 'size'>>(files: readonly T[]): T[][] {
  const batches: T[][] = []
  let bytes = 0
  for (const file of files) {
    const last = batches.at(-1)
    bytes += file.size
    if (last === undefined || bytes > UPLOAD_BYTES || last.length === UPLOAD_FILES) {
      batches.push([file])
      bytes = file.size
    } else last.push(file)
  }
  return batches
}
