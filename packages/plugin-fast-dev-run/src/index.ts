export { type FastDevRunOptions, type FastDevRunService, fastDevRun } from './fast-dev-run.js'
