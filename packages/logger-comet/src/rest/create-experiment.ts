import { LoggerError } from '@regimen/logger-kit/writer'
import { wantedName } from '../about/announce.js'
import { adopt } from './adopt.js'
import type { Experiment, Opening } from './experiment.js'
import { creating, type PendingCreate, pendingCreate } from './pending-create.js'
import { writeRequest } from './request.js'

/** Part of the window of the limits for which reads may lag behind writes: 10 s of a minute. */
const LAG_SHARE = 1 / 6

interface Created {
  readonly experimentKey: string
  readonly link: string
  readonly name?: string
}

/**
 * Makes a new experiment, once: Comet chooses its key, so that a request whose answer is lost is
 * looked for in the list of experiments before another one is made. That it was sent is on disk
 * first, so that this holds for a process that is killed too.
 *
 * @throws LoggerError
 */
export async function createExperiment(opening: Opening): Promise<Experiment> {
  const { context, client, settings } = opening
  const { state } = context
  const name = wantedName(context, settings)
  const pending = pendingCreate(state)
  const found = pending && (await lookFor(opening, pending))
  if (found) return found
  const since = pending?.since ?? context.now()
  const { workspace, projectName } = settings
  const request = writeRequest('create', {
    projectName,
    experimentName: name,
    ...(workspace !== undefined && { workspaceName: workspace }),
  })
  const {
    experimentKey: key,
    link,
    name: own,
  } = await creating(state, { name, since }, () => client.ask<Created>(request))
  if (typeof key !== 'string') {
    throw new LoggerError('permanent', `${settings.url} is no Comet: it names no new experiment.`)
  }
  return { key, name: own ?? name, url: link, startedAt: context.startedAt, hasBatches: false }
}

/** Looks again and again, since the list of experiments lags behind. */
async function lookFor(opening: Opening, pending: PendingCreate): Promise<Experiment | undefined> {
  const { context, settings } = opening
  const { minuteMs = 60_000 } = settings.limits
  const end = context.now() + minuteMs * LAG_SHARE
  for (let wait = minuteMs / 120; ; wait *= 2) {
    const found = await adopt(opening, pending)
    if (found || context.now() >= end) return found
    await context.sleep(Math.min(wait, end - context.now()))
  }
}
