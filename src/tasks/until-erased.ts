import { ERASED } from '../durable/owner/owner-rpc.ts'

/** Erases an object. The object has emptied its storage when it ends itself with this error. */
export async function untilErased(erase: () => Promise<void>): Promise<void> {
  try {
    await erase()
  } catch (error) {
    if (!(error instanceof Error && error.message.includes(ERASED))) throw error
  }
}
