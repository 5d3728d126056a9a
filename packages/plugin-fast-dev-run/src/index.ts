export type { FastDevRunService } from '@regimen/core'
export {
  type FastDevRunOptions,
  fastDevRun,
  options,
} from './fast-dev-run.js'
