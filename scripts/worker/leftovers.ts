import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** The variable that marks every process of one data folder's Worker. Child processes inherit it. */
const MARK = 'RUNCAST_WORKER_OF'

export function markOf(data: string): NodeJS.ProcessEnv {
  return { [MARK]: data }
}

/**
 * Kills the remaining processes of the Worker on `data`. wrangler does not end with its parent, nor workerd
 * with wrangler. An orphan has no parent to be found by, so a variable in the environment marks these
 * processes.
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
    // The process belongs to another user, or has just ended.
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
