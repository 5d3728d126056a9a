import type { RunStatus } from '../writer/log-writer.js'

/** How a run ended, by the outcome of its stage. */
export const runStatus = {
  completed: 'finished',
  stopped: 'finished',
  skipped: 'finished',
  interrupted: 'interrupted',
  failed: 'failed',
} as const satisfies Record<string, RunStatus>
