export type { ProfilerOptions, ReportStream } from './options.js'
export { profiler } from './profiler.js'
