import { useQuery } from '@tanstack/react-query'
import { createContext, use, useCallback, useEffect, useSyncExternalStore } from 'react'

import { generalNouns } from '../../src/protocol/nouns.ts'
import { type Nouns, PipelineList, type PipelineView } from '../../src/protocol/pipelines.ts'
import { type JobStatus, type RunStatus, TerminalJobStatus } from '../../src/protocol/status.ts'
import { request } from '../wire/request.ts'

/** The pipeline of the shown run. Undefined until it is known. */
export const ShownPipeline = createContext<string | undefined>(undefined)

let known: readonly PipelineView[] = []
const listeners = new Set<() => void>()

/** Keeps the words of each pipeline, and has the components that show such words rendered again. */
export function learnPipelines(pipelines: readonly PipelineView[]): void {
  known = pipelines
  for (const tell of listeners) tell()
}

/** Asks the API for the words of the pipelines. The page says "group" and "job" until the API answers. */
export function useAskedPipelines(): void {
  const { data } = useQuery({
    queryKey: ['pipelines'],
    queryFn: () => request('/api/pipelines', PipelineList),
    staleTime: Infinity,
  })
  useEffect(() => {
    if (data) learnPipelines(data.pipelines)
  }, [data])
}

/** Gives a person's words for the groups and jobs of a pipeline. */
export type NounsOf = (pipeline: string | undefined) => Nouns

/** Finds the words of a pipeline among the known ones. */
export function nounsAmong(views: readonly PipelineView[], pipeline: string | undefined): Nouns {
  return views.find(({ name }) => name === pipeline)?.nouns ?? generalNouns
}

/** Shows the component again once the words are known. Only a component can ask for words, so that none stays with "group". */
export function useNounsOf(): NounsOf {
  const pipelines = usePipelines()
  return useCallback((pipeline) => nounsAmong(pipelines, pipeline), [pipelines])
}

/** Returns a person's words for the groups and jobs of the shown run. */
export function useNouns(): Nouns {
  return useNounsOf()(use(ShownPipeline))
}

/** Returns the statuses of the shown run's jobs, in the order in which a job passes them. */
export function useJobStatuses(): readonly string[] {
  usePipelines()
  const steps = viewOf(use(ShownPipeline))?.steps ?? []
  return ['pending', ...steps.map(({ step }) => step), ...TerminalJobStatus.options]
}

/** Says what the shown run does in a status. Empty for a status in which no work goes on. */
export function usePhase(status: RunStatus): string {
  usePipelines()
  const phases = viewOf(use(ShownPipeline))?.phases
  if (status === 'initializing') return phases?.planning ?? ''
  return status === 'ingesting' ? (phases?.working ?? '') : ''
}

/** Says what a job of the shown run does in a step. Empty for a status that is no step. */
export function useStepWords(status: JobStatus): string {
  usePipelines()
  const steps = viewOf(use(ShownPipeline))?.steps ?? []
  return steps.find(({ step }) => step === status)?.words ?? ''
}

/** Returns whether a run of this pipeline can be started again. Undefined until the pipelines are known. */
export function useStartsAgain(pipeline: string): boolean | undefined {
  if (usePipelines().length === 0) return undefined
  const view = viewOf(pipeline)
  return view !== undefined && view.once !== true
}

/** Returns the names of the pipelines whose runs can be started again. */
export function usePipelineNames(): readonly string[] {
  return usePipelines().flatMap(({ name, once }) => (once === true ? [] : [name]))
}

/** Returns the codes of those failures of a pipeline's jobs that its user can mend. */
export function useMendable(pipeline: string): readonly string[] {
  usePipelines()
  return viewOf(pipeline)?.mendable ?? []
}

function viewOf(pipeline: string | undefined): PipelineView | undefined {
  return known.find(({ name }) => name === pipeline)
}

/** Returns the pipelines, none until they are known. Shows the component again once they are. */
export function usePipelines(): readonly PipelineView[] {
  return useSyncExternalStore(subscribe, readKnown, readKnown)
}

function readKnown(): readonly PipelineView[] {
  return known
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell)
  return () => void listeners.delete(tell)
}
