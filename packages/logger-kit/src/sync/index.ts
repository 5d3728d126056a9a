export { type SyncedRun, type SyncOptions, syncRuns } from './sync-runs.js'
