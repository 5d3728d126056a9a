export {
  type FastDevRunOptions,
  type FastDevRunService,
  fastDevRun,
  options,
} from './fast-dev-run.js'
