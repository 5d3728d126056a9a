import { readdirSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { cometLogger } from '../../packages/logger-comet/src/index.js'
import { writer as cometWriter } from '../../packages/logger-comet/src/writer.js'
import { writer as csvWriter } from '../../packages/logger-csv/src/writer.js'
import { syncRuns } from '../../packages/logger-kit/src/sync/index.js'
import { PlayedRun } from '../../packages/logger-kit/src/testing/index.js'
import { deliveredAttacks } from './delivered-spools.js'
import type { Attack, Scene } from './scene.js'
import { FOLDER, leave, options } from './spool-scene.js'
import { standIns } from './stand-ins.js'

/** `regimen sync`, whose victim has Comet and the CSV logger installed. */
async function sync({ root, outside }: Scene, folder = 'runs', from = root): Promise<void> {
  const writers = { 'comet-logger': cometWriter, 'csv-logger': csvWriter }
  const runs = await syncRuns(join(root, folder), { from, writers, deadlineMs: 2000 })
  if (runs.length !== 1) throw new Error(`${runs.length} runs were found`)
  const made = readdirSync(outside).filter((name) => name !== 'precious.safetensors')
  if (made.length > 0) throw new Error(`${made.join(', ')} was made outside`)
  for (const { outcome, reason } of runs) throw new Error(`${outcome}: ${reason}`)
}

/** `regimen sync` where no program vouches for a writer. */
const syncByName =
  (folder = 'runs', from?: (scene: Scene) => string) =>
  async (scene: Scene) => {
    const [run] = await syncRuns(join(scene.root, folder), { from: from?.(scene) ?? scene.root })
    throw new Error(`${run?.outcome}: ${run?.reason}`)
  }

/** A logger's package that is code of the attacker. */
const evilLogger = (place: string, { evil }: Scene, mark: object = { logger: './writer' }) => ({
  [`${place}/package.json`]: JSON.stringify({
    name: 'evil-logger',
    type: 'module',
    regimen: mark,
    exports: { './writer': './writer.js', './outside': '../../evil.mjs' },
  }),
  [`${place}/writer.js`]: `${evil}\nexport const writer = { create() {} }`,
})

const named = (name: string, packageName: (scene: Scene) => unknown, refusal: RegExp): Attack => ({
  name: `a manifest that names ${name} as its package`,
  refusal,
  arrange(scene) {
    leave(scene, { name: 'x-logger', package: packageName(scene), module: packageName(scene) })
    scene.write({
      'x.mjs': scene.evil,
      'runs/x.mjs': scene.evil,
      [`${FOLDER}/x.mjs`]: scene.evil,
      'node_modules/no-logger/package.json': JSON.stringify({ name: 'no-logger', main: 'x.mjs' }),
      'node_modules/no-logger/x.mjs': scene.evil,
    })
  },
  act: syncByName(),
})

const NO_NAME = /failed: its logger, .* is not the name of a package/
const packages: readonly Attack[] = [
  named('a file', () => './x.mjs', NO_NAME),
  named('a file above', () => '../../../x.mjs', NO_NAME),
  named('an absolute path', ({ root }) => join(root, 'x.mjs'), NO_NAME),
  named('a file URL', ({ root }) => pathToFileURL(join(root, 'x.mjs')).href, NO_NAME),
  named('a data URL', ({ evil }) => `data:text/javascript,${encodeURIComponent(evil)}`, NO_NAME),
  named('a module of Node.js', () => 'node:child_process', NO_NAME),
  named('a file of a package', () => 'no-logger/x.mjs', NO_NAME),
  named('a way up from a package', () => 'no-logger/../../x.mjs', NO_NAME),
  named('a way up in backslashes', () => 'no-logger\\..\\..\\x.mjs', NO_NAME),
  named('no text', () => ['x.mjs'], /failed: its manifest.json is damaged/),
  named('nothing', () => undefined, /failed: the logger "x-logger" is in no package/),
  named('a package that is no logger', () => 'no-logger', /failed: its package, no-logger, is no/),
  {
    name: 'a logger that only the folder of the runs has installed',
    refusal: /failed: its logger, evil-logger, is not installed/,
    arrange(scene) {
      leave(scene, { name: 'x-logger', package: 'evil-logger' })
      scene.write(evilLogger('runs/node_modules/evil-logger', scene))
    },
    act: syncByName(),
  },
  {
    name: 'a logger that the folder has installed, where the victim stands in it',
    refusal: /failed: its logger, evil-logger, is not installed/,
    arrange(scene) {
      leave(scene, { name: 'x-logger', package: 'evil-logger' })
      scene.write(evilLogger('runs/node_modules/evil-logger', scene))
    },
    act: syncByName('runs', ({ root }) => join(root, 'runs')),
  },
  {
    name: 'an installed logger whose writer is outside of it',
    refusal: /failed: its package, evil-logger, does not export|failed: .*evil-logger/,
    arrange(scene) {
      leave(scene, { name: 'x-logger', package: 'evil-logger' })
      scene.write({ 'evil.mjs': scene.evil })
      scene.write(evilLogger('node_modules/evil-logger', scene, { logger: './outside' }))
    },
    act: syncByName(),
  },
]

const ELSEWHERE =
  /left: the address is .*, and the key is for https:\/\/www\.comet\.com\. To deliver/
const NOWHERE = /failed: The address of the service/

const addressed = (name: string, url: (scene: Scene) => unknown, refusal = ELSEWHERE): Attack => ({
  name: `a spool for ${name}`,
  refusal,
  arrange: (scene) => leave(scene, options(scene, { url: url(scene) })),
  act: sync,
})

const hostOf = ({ url }: Scene) => new URL(url).host
const portOf = ({ url }: Scene) => new URL(url).port

const addresses: readonly Attack[] = [
  addressed('another server', ({ url }) => url),
  addressed('another server in capitals', ({ url }) => url.toUpperCase()),
  addressed('another server by name', (scene) => `http://localhost:${portOf(scene)}`),
  addressed('another server with a dot', (scene) => `http://127.0.0.1.:${portOf(scene)}`),
  addressed('another server as a number', (scene) => `http://0x7f000001:${portOf(scene)}`),
  addressed('Comet without encryption', () => 'http://www.comet.com'),
  addressed('Comet on another port', () => 'https://www.comet.com:8443'),
  addressed(
    'a server that seems to be Comet',
    (scene) => `http://www.comet.com@${hostOf(scene)}`,
    NOWHERE,
  ),
  addressed('a user at a server', (scene) => `http://a:b@${hostOf(scene)}`, NOWHERE),
  addressed('a server without a scheme', (scene) => `//${hostOf(scene)}`, NOWHERE),
  addressed('a path', () => '/api', NOWHERE),
  addressed('a file', () => 'file:///etc/passwd', NOWHERE),
  addressed('no address', () => undefined, NOWHERE),
  addressed('an address that is no text', () => ({ toString: 'x' }), NOWHERE),
]

/** A server of the victim's own, which may send its clients elsewhere. */
async function ownServer(answer: (path: string) => { status: number; location?: string }) {
  const server: Server = createServer((request, response) => {
    const { status, location } = answer(request.url ?? '')
    response.writeHead(status, location === undefined ? {} : { location }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { url, close }
}

/** A run of the victim, in a folder where somebody else has left a spool. */
async function run({ root }: Scene, url: string): Promise<string> {
  const { COMET_API_KEY: apiKey = '' } = process.env
  const quiet = { logCode: false, logGit: false, logEnvironment: false, logSystemMetrics: false }
  const logger = cometLogger({ apiKey, url, ...quiet, thread: false, deadlineMs: 500 })
  const played = new PlayedRun(logger, join(root, 'runs'))
  await played.begin()
  await played.metrics({ loss: 1 }, 0)
  await played.end()
  return played.reports.join('\n')
}

const redirected = (status: number): Attack => ({
  name: `the victim's own server, which answers ${status} with another address`,
  refusal: /a redirect, which loggers do not follow/,
  arrange: () => undefined,
  async act(scene) {
    const { url, close } = await ownServer((path) => ({ status, location: `${scene.url}${path}` }))
    throw new Error(await run(scene, url).finally(close))
  },
})

const nextRun: Attack = {
  name: 'a spool for another server, in the folder of the next run',
  refusal: /1 record of 1 earlier run .* left there: the address is http:\/\/127/,
  arrange: (scene) => leave(scene, {}),
  async act(scene) {
    const created = JSON.stringify({ experimentKey: 'b'.repeat(32), link: 'x', name: 'x' })
    const server = createServer((_, response) => void response.end(created))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    try {
      throw new Error(await run(scene, url))
    } finally {
      server.closeAllConnections()
      server.close()
    }
  },
}

const disk: readonly Attack[] = [
  {
    name: 'a spool of a logger that writes files where it is told',
    refusal: /failed: its options are for a logger that writes files/,
    arrange: (scene) =>
      leave(scene, { name: 'csv-logger', options: { dir: scene.outside, name: 'written' } }),
    act: sync,
  },
  {
    name: 'a spool that asks for an archive outside',
    refusal: /failed: its options are for a logger that writes files/,
    arrange(scene) {
      process.env.COMET_URL_OVERRIDE = scene.url
      leave(scene, options(scene, { offline: true }))
    },
    act: (scene) =>
      sync(scene).finally(() => Reflect.deleteProperty(process.env, 'COMET_URL_OVERRIDE')),
  },
  {
    name: 'a manifest that changes prototypes',
    refusal: /left:/,
    arrange(scene) {
      const state = '{"__proto__":{"polluted":1},"announced":true}'
      leave(scene, {})
      const path = `${FOLDER}/manifest.json`
      const text = `{"__proto__":{"polluted":1},"format":1,"runId":"0","id":"comet-logger","name":"comet-logger","startedAt":1,"opens":1,"options":{"__proto__":{"polluted":1},"url":"${scene.url}"},"state":${state}}`
      scene.write({ [path]: text })
    },
    act: sync,
  },
]

/** Spools of loggers that would run code, take a key or touch other files. */
export const spoolAttacks: readonly Attack[] = [
  ...packages,
  ...addresses,
  ...[301, 302, 303, 307, 308].map(redirected),
  nextRun,
  ...disk,
  ...standIns(sync),
  ...deliveredAttacks,
]
