export { options, type ReportOptions } from './options.js'
export { report } from './report.js'
