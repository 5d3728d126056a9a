import { buildBench } from './build.mjs'

const [first, ...rest] = process.argv.slice(2)
const isPage = first === 'page'
const folder = await buildBench()
const { main } = await import(new URL(isPage ? 'in-a-page.js' : 'main.js', folder).href)
await main(isPage ? rest : process.argv.slice(2))
