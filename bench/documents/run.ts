import { join } from 'node:path'

import { takeToken } from '../api.ts'
import { describeMachine, load } from '../machine.ts'
import { main, report } from '../main.ts'
import type { Workplace } from '../workplace.ts'
import { loadsIn, pathsIn, SAMPLES } from './files.ts'
import { measureRound, measureSingle, type Round, type Sides, type Single } from './measure.ts'
import { type Options, readOptions } from './options.ts'
import { showResult, showWords } from './table.ts'
import { countWords } from './words.ts'

const HERE = import.meta.dirname

await main({
  readOptions,
  limit_ms: 900_000,
  async run(workplace, options) {
    const before = load()
    const words = await countWords(wordPaths(options.fixtures))
    if (options.words) {
      console.log(showWords(words))
      return
    }
    const sides = await startSides(workplace)
    const rounds = await measureLoads(sides, join(workplace.folder, 'files'), options)
    const singles = await measureSingles(sides, options.fixtures)
    const result = { machine: describeMachine(before), rounds, singles, words }
    console.log(options.json ? JSON.stringify(result, null, 2) : showResult(result))
  },
})

/** The samples, and the recorded documents if there are any. */
function wordPaths(fixtures: string | undefined): string[] {
  const recorded = fixtures === undefined ? [] : pathsIn(join(fixtures, 'documents'))
  return [...pathsIn(SAMPLES), ...recorded]
}

async function startSides(workplace: Workplace): Promise<Sides> {
  const start = (name: string, script: string, args: readonly string[]) =>
    workplace.start({ name, script: join(HERE, script), args })
  const stack = await start('the stack', '../stack-process.ts', [workplace.folder])
  const peer = await start('the script', 'peer-process.ts', [])
  return { peer, access: { origin: stack.ready, token: await takeToken(stack.ready) } }
}

/** Measures all loads. Leaves out the first round, in which V8 compiles the code of both sides. */
async function measureLoads(sides: Sides, folder: string, options: Options): Promise<Round[]> {
  const loads = loadsIn(folder, options)
  const rounds: Round[] = []
  for (let at = 0; at <= options.rounds; at++) {
    for (const each of loads) {
      const round = await measureRound(sides, each, `${each.name}, round ${at}`)
      if (at > 0) rounds.push(round)
      report(describe(round, at, load()))
    }
  }
  return rounds
}

async function measureSingles({ access }: Sides, fixtures: string | undefined): Promise<Single[]> {
  const singles: Single[] = []
  if (fixtures === undefined) return singles
  for (const path of pathsIn(join(fixtures, 'documents')))
    singles.push(await measureSingle(access, path, path))
  return singles
}

function describe({ load: name, moved_ms, all_ms, peer }: Round, at: number, busy: number): string {
  const times = `at work ${moved_ms.toFixed(0)} ms, all ${all_ms.toFixed(0)} ms`
  const which = at === 0 ? 'to warm up' : `round ${at}`
  return `${name} (${which}): ${times}; script ${peer.ms.toFixed(0)} ms; load ${busy.toFixed(1)}`
}
