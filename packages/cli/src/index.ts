export type { Streams } from './command-context.js'
export { run } from './run.js'
