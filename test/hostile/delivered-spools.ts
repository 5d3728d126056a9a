import { mkdirSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { writer as cometWriter } from '../../packages/logger-comet/src/writer.js'
import { encodeEntry } from '../../packages/logger-kit/src/spool/codec.js'
import { syncRuns } from '../../packages/logger-kit/src/sync/index.js'
import type { Attack, Scene } from './scene.js'
import { FOLDER, leave, METRIC, options } from './spool-scene.js'

/**
 * A spool for the victim's own server, which is delivered: what it holds beside its records must
 * neither be sent nor changed. Gives what the server was sent, the key left out.
 */
async function deliverToOwn(scene: Scene, prepare: () => void, lines?: string): Promise<string> {
  let sent = ''
  const server = createServer((request, response) => {
    sent += ` ${request.url} `
    request.on('data', (bytes: Buffer) => {
      sent += bytes.toString('latin1')
    })
    request.on('end', () => void response.end('{}'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  process.env.COMET_URL_OVERRIDE = url
  try {
    leave(scene, options(scene, { url }), lines)
    prepare()
    const [found] = await syncRuns(join(scene.root, 'runs'), {
      from: scene.root,
      writers: { 'comet-logger': cometWriter },
      deadlineMs: 60_000,
    })
    const isSent = sent.includes('precious') ? 'sent' : 'not sent'
    const hasMetric = sent.includes('experiment/metric') ? 'arrived' : 'missing'
    const { damaged } = found?.counts ?? {}
    return `${found?.outcome}, damaged: ${damaged}, metric: ${hasMetric}, file: ${isSent}`
  } finally {
    Reflect.deleteProperty(process.env, 'COMET_URL_OVERRIDE')
    server.closeAllConnections()
    server.close()
  }
}

const delivered = (
  name: string,
  refusal: RegExp,
  attack: {
    readonly lines?: string
    readonly prepare: (scene: Scene) => void
  },
): Attack => ({
  name,
  refusal,
  arrange: () => undefined,
  async act(scene) {
    throw new Error(await deliverToOwn(scene, () => attack.prepare(scene), attack.lines))
  },
})

const link = (target: string, scene: Scene, path: string) =>
  symlinkSync(target, join(scene.root, FOLDER, path))
const precious = ({ outside }: Scene) => join(outside, 'precious.safetensors')

const DAMAGED = /delivered, damaged: 1, metric: arrived, file: not sent/
/** An image whose file is one of somebody else, and a metric. */
const IMAGE =
  encodeEntry(METRIC) +
  encodeEntry({
    ...{ kind: 'image', seq: 2, time: 1, step: 0, epoch: 0, name: 'n', mime: 'image/png' },
    ...{ width: 1, height: 1, size: 8, sha256: '0'.repeat(64) },
    file: 'files/precious.safetensors',
  })

/** Spools that are delivered to where they are for, and would send or change other files. */
export const deliveredAttacks: readonly Attack[] = [
  delivered(
    'a link in place of the file that a manifest is written to',
    /delivered, damaged: 0, metric: arrived, file: not sent/,
    {
      prepare: (scene) => link(precious(scene), scene, 'manifest.json.new'),
    },
  ),
  delivered('a link in place of an image', DAMAGED, {
    lines: IMAGE,
    prepare(scene) {
      mkdirSync(join(scene.root, FOLDER, 'files'))
      link(precious(scene), scene, 'files/precious.safetensors')
    },
  }),
  delivered('a link in place of the folder of its images', DAMAGED, {
    lines: IMAGE,
    prepare: (scene) => link(scene.outside, scene, 'files'),
  }),
]
