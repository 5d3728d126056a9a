export { options, type ProfilerOptions, type ReportStream } from './options.js'
export { profiler } from './profiler.js'
