export { options, type SeedOptions, seed } from './seed.js'
