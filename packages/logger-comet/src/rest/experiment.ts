import type { Json } from '@regimen/core'
import type { OpenContext } from '@regimen/logger-kit/writer'
import { isLoggerError, type WriterState } from '@regimen/logger-kit/writer'
import type { CometSettings } from '../settings/comet-settings.js'
import type { CometClient } from './client.js'
import { readRequest } from './request.js'

/** What all parts of opening a run work with. */
export interface Opening {
  readonly context: OpenContext
  readonly client: CometClient
  readonly settings: CometSettings
}

/** An experiment that exists at Comet. */
export type Experiment = {
  readonly key: string
  readonly name: string
  readonly url: string
  /** When it began, in milliseconds since 1970; not known of one that the SDK's API has resumed. */
  readonly startedAt: number | null
  /** Whether the batches of the SDK's API may be used. */
  readonly hasBatches: boolean
}

/** Where the state of the run keeps its experiment. */
const EXPERIMENT_KEY = 'experiment'

/** The experiment that this run has been opened with before. */
export function knownExperiment({ state }: OpenContext): Experiment | undefined {
  return state.get(EXPERIMENT_KEY) as Experiment | undefined
}

/** Keeps it with the run. */
export function remember({ state }: OpenContext, experiment: Experiment): Experiment {
  state.set(EXPERIMENT_KEY, experiment satisfies Json)
  return experiment
}

interface Metadata {
  readonly experimentName: string
  readonly startTimeMillis: number
  readonly projectName: string
  readonly workspaceName: string
}

/** An experiment that exists already, by its key. @throws LoggerError */
export async function existingExperiment(
  { client, settings }: Opening,
  key: string,
): Promise<Experiment & { readonly startedAt: number }> {
  const request = readRequest('experiment/metadata', { experimentKey: key })
  const found = await client.ask<Metadata>(request)
  const {
    experimentName: name,
    startTimeMillis: startedAt,
    projectName,
    workspaceName,
  } = found
  const url = [settings.url, workspaceName, projectName, key].join('/')
  return { key, name, url, startedAt, hasBatches: false }
}

/** A request to create an experiment of which it is not known whether it was carried out. */
export type PendingCreate = {
  readonly name: string
  /** When it was sent, by our clock. */
  readonly since: number
}

/** Where it keeps that an experiment is being made. */
const CREATE_KEY = 'create'

/** The create whose answer was lost, if one was. */
export function pendingCreate(state: WriterState): PendingCreate | undefined {
  return (state.get(CREATE_KEY) as PendingCreate | null | undefined) ?? undefined
}

/**
 * Sends a request that creates an experiment. That it is sent is on disk before, and stays there
 * if the answer is lost, so that it is known also to the process that resumes after a kill.
 */
export async function creating<Answer>(
  state: WriterState,
  pending: PendingCreate,
  create: () => Promise<Answer>,
): Promise<Answer> {
  state.set(CREATE_KEY, pending)
  try {
    return await create()
  } catch (error) {
    if (!isLoggerError(error) || !error.isAmbiguous) state.set(CREATE_KEY, null)
    throw error
  }
}
