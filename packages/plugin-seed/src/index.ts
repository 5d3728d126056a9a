export { seed } from './seed.js'
export type { SeedOptions } from './seed-options.js'
