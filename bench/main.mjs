import { buildBench } from './build.mjs'

const folder = await buildBench()
const { main } = await import(new URL('main.js', folder).href)
await main(process.argv.slice(2))
