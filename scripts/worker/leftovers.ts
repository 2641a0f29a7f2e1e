import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** The variable that marks every process of one data folder's Worker; children inherit it. */
const MARK = 'RUNCAST_WORKER_OF'

export function markOf(data: string): NodeJS.ProcessEnv {
  return { [MARK]: data }
}

/**
 * Kills what is left of the Worker on `data`.
 *
 * Wrangler does not end with its parent, nor workerd with wrangler, and an orphan tells nothing of
 * where it came from: so they are known by a variable in their environment.
 */
export function killLeftovers(data: string): void {
  const mark = `${MARK}=${data}`
  for (const pid of process.platform === 'linux' ? listProc(mark) : listPs(mark)) kill(pid)
}

function listProc(mark: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(mark))
    .map(Number)
}

function environmentOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
  } catch {
    // Somebody else's process, or one that has just ended.
    return []
  }
}

function listPs(mark: string): number[] {
  const lines = execFileSync('ps', ['-axEww', '-o', 'pid=,command='], { encoding: 'utf8' })
  return lines
    .split('\n')
    .filter((line) => `${line} `.includes(` ${mark} `))
    .map((line) => Number.parseInt(line, 10))
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
