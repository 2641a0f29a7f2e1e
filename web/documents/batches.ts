/** An upload takes 90 MB of form; its own lines around the files are part of that. */
const UPLOAD_BYTES = 85 * 1024 * 1024
const UPLOAD_FILES = 100

/** A drop in uploads that each are small enough; a file that is too large by itself goes alone. */
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
