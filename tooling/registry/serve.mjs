// A registry on loopback: `node tooling/registry/serve.mjs FOLDER UPSTREAM`. It keeps what is published
// in FOLDER, asks UPSTREAM for packages of others, and prints its address once it answers. Whoever
// started it ends it by closing its standard input.
import { join } from 'node:path'
import { runServer } from 'verdaccio'

const [folder, upstream] = process.argv.slice(2)
const everyone = { access: ['$all'], publish: ['$all'] }
const server = await runServer({
  configPath: join(folder, 'config.yaml'),
  self_path: folder,
  storage: folder,
  max_body_size: '50mb',
  log: { type: 'stdout', format: 'pretty', level: 'fatal' },
  uplinks: { upstream: { url: upstream, cache: false, maxage: '1h' } },
  packages: {
    '@regimen/*': everyone,
    'create-regimen': everyone,
    'regimen-plugin-*': everyone,
    '**': { ...everyone, proxy: ['upstream'] },
  },
})
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/`)
})
process.stdin.resume().on('end', () => process.exit())
