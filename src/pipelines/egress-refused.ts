/** The address may not be reached: no repetition helps, only another address or another setting. */
export class EgressRefused extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'EgressRefused'
  }
}
