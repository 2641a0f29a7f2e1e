import { type Board, startBoard } from './board.ts'
import { plainFetch } from './plain-fetch.ts'

/** Starts boards on 127.0.0.1, each for one test. */
export function boards() {
  const running: Board[] = []
  return {
    start: async (answer: Parameters<typeof startBoard>[0]) => {
      const board = await startBoard(answer)
      running.push(board)
      return board
    },
    close: async () => {
      await Promise.all(running.splice(0).map((board) => board.close()))
    },
  }
}

/** The ports of a listing's reader. Nothing aborts them. */
export function readerPorts() {
  return { fetch: plainFetch, signal: new AbortController().signal }
}
