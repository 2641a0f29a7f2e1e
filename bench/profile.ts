import { z } from 'zod'

import { Inspector } from './inspector.ts'

const INTERVAL_US = 500

// Each sample has the time since the sample before. In a gap of more than a few intervals the isolate
// was idle.
const BUSY_MS = 2

const Nothing = z.unknown()
// The script that wrangler bundles from bench/worker.ts.
const Script = z.object({ scriptId: z.string(), url: z.string().endsWith('/code/worker.mjs') })
const Source = z.object({ scriptSource: z.string() })
const Node = z.object({
  id: z.int(),
  callFrame: z.object({ functionName: z.string(), scriptId: z.string(), lineNumber: z.int() }),
  children: z.array(z.int()).default([]),
})
const Profile = z.object({
  profile: z.object({
    nodes: z.array(Node),
    samples: z.array(z.int()),
    timeDeltas: z.array(z.number()),
  }),
})

/** A function on the stack: its name, and its file in the project or in a package. */
export type Frame = { readonly name: string; readonly file: string }

/** A stack, the innermost function first, and its duration in milliseconds. */
export type Sample = { readonly stack: readonly Frame[]; readonly ms: number }

/** Samples the Worker's isolate while `action` runs. */
export async function profile(action: () => Promise<unknown>): Promise<Sample[]> {
  const inspector = await Inspector.open()
  try {
    const script = inspector.event('Debugger.scriptParsed', Script)
    await inspector.send('Debugger.enable', Nothing)
    const { scriptId } = await script
    const { scriptSource } = await inspector.send('Debugger.getScriptSource', Source, { scriptId })
    // Code runs slower while a debugger is attached.
    await inspector.send('Debugger.disable', Nothing)
    await inspector.send('Profiler.enable', Nothing)
    await inspector.send('Profiler.setSamplingInterval', Nothing, { interval: INTERVAL_US })
    await inspector.send('Profiler.start', Nothing)
    await action()
    const { profile: taken } = await inspector.send('Profiler.stop', Profile)
    return samplesOf(taken, { scriptId, files: filesOf(scriptSource) })
  } finally {
    inspector.close()
  }
}

type Bundle = { readonly scriptId: string; readonly files: readonly string[] }

/** Returns the source file of each line of a bundle. esbuild writes the file as a comment before its code. */
function filesOf(source: string): string[] {
  let file = ''
  return source.split('\n').map((line) => (file = /^\/\/ (\S+\.\w+)$/.exec(line)?.[1] ?? file))
}

function samplesOf(taken: z.infer<typeof Profile>['profile'], bundle: Bundle): Sample[] {
  const nodes = new Map(taken.nodes.map((node) => [node.id, node]))
  const parents = new Map(
    taken.nodes.flatMap(({ id, children }) => children.map((child) => [child, id] as const)),
  )
  const frameOf = (id: number): Frame => {
    const frame = nodes.get(id)?.callFrame
    const file = frame?.scriptId === bundle.scriptId ? bundle.files[frame.lineNumber] : undefined
    return { name: frame?.functionName ?? '', file: file ?? '' }
  }
  const stackOf = (id: number): Frame[] => {
    const parent = parents.get(id)
    return [frameOf(id), ...(parent === undefined ? [] : stackOf(parent))]
  }
  const stacks = new Map(taken.nodes.map(({ id }) => [id, stackOf(id)]))
  return taken.samples.map((id, index) => {
    const ms = Math.min((taken.timeDeltas[index] ?? 0) / 1_000, BUSY_MS)
    return { stack: stacks.get(id) ?? [], ms }
  })
}
