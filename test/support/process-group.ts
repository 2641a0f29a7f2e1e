import { execFileSync } from 'node:child_process'

export type Process = { readonly pid: number; readonly command: string }

/** Lists the living processes of a group. A dead process that its parent has not collected is left out. */
export function livingIn(group: number): Process[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,pgid=,stat=,args='], { encoding: 'utf8' })
  return lines.split('\n').flatMap((line) => {
    const [, pid, pgid, stat, command = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? []
    return Number(pgid) === group && !stat?.startsWith('Z') ? [{ pid: Number(pid), command }] : []
  })
}

/** Signals a whole group. Does nothing if the group has no process left. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** Lists the living children of a process whose command matches. */
export function childrenOf(parent: number, command: RegExp): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
  return lines.split('\n').flatMap((line) => {
    const [, pid, ppid, args = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    return Number(ppid) === parent && command.test(args) ? [Number(pid)] : []
  })
}
