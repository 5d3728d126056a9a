import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Trainer } from '@regimen/core'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { checkpoint, loadCheckpoint } from '../../packages/plugin-checkpoint/src/index.js'
import { type Forgery, forge } from '../../packages/plugin-checkpoint/test/helpers/forge.js'
import { lineModel } from '../helpers/line.js'
import type { Attack, Scene } from './scene.js'

const FOLDER = 'checkpoints/version_0'
const LAST = `${FOLDER}/last.safetensors`

/** A few steps, or some more of them. The model is disposed of. */
async function train({ root }: Scene, resumeFrom?: string): Promise<void> {
  const module = lineModel(0, () => tf.train.adam(0.1))
  const maxEpochs = resumeFrom === undefined ? 1 : 2
  const trainer = new Trainer({ rootDir: root, maxEpochs, plugins: [checkpoint()] })
  const batches = () => [{ x: tf.ones([2, 8]), y: tf.ones([2, 1]) }]
  try {
    await trainer.fit(module, { train: batches }, { resumeFrom })
  } finally {
    module.dispose()
    await trainer.dispose()
  }
}

/** A checkpoint whose digests are right, and whose content is an attack. */
const forged = (name: string, refusal: RegExp, forgery: Forgery): Attack => ({
  name,
  refusal,
  arrange: async (scene) => {
    await train(scene)
    const path = join(scene.root, LAST)
    writeFileSync(path, forge(readFileSync(path), forgery))
  },
  act: async (scene) => {
    const thrown = await loadCheckpoint(join(scene.root, LAST)).catch((error: unknown) => error)
    await train(scene, join(scene.root, LAST))
    throw thrown
  },
})

const DAMAGED = /REG_CHECKPOINT_DAMAGED/
const text = (from: string | RegExp, to: string): Forgery => ({
  text: (header) => header.replace(from, () => to),
})
const memory = (change: object): Forgery => ({
  state: ({ plugins }) =>
    void Object.assign((plugins as { checkpoint: object }).checkpoint, change),
})

/** A folder that was changed after a run; what the victim does is to go on with the run. */
const folder = (name: string, change: (scene: Scene, folder: string) => void): Attack => ({
  name,
  arrange: async (scene) => {
    await train(scene)
    change(scene, join(scene.root, FOLDER))
  },
  act: async (scene) => {
    const before = readFileSync(join(scene.outside, 'precious.safetensors'), 'utf8')
    await train(scene, 'last')
    const after = readFileSync(join(scene.outside, 'precious.safetensors'), 'utf8')
    if (after !== before) throw new Error('A file outside was changed.')
  },
})

const index = (change: (files: Record<string, unknown>[]) => void) => (_: Scene, at: string) => {
  const path = join(at, 'index.json')
  const catalog = JSON.parse(readFileSync(path, 'utf8')) as { files: Record<string, unknown>[] }
  change(catalog.files)
  writeFileSync(path, JSON.stringify(catalog))
}

/** Checkpoints and folders of checkpoints that try to run code, or to reach out of their folder. */
export const checkpointAttacks: readonly Attack[] = [
  forged('a key that changes prototypes, in the header', DAMAGED, {
    text: (header) => header.replace(/\}$/, ',"__proto__":{"polluted":true}}'),
  }),
  forged(
    'a key that changes prototypes, in the state',
    DAMAGED,
    text('\\"position\\"', '\\"__proto__\\":{\\"polluted\\":true},\\"position\\"'),
  ),
  forged('metadata that come twice', DAMAGED, text(/\}$/, ',"__metadata__":null}')),
  forged(
    'a state that fills the stack',
    DAMAGED,
    text('\\"position\\"', `\\"a\\":${'['.repeat(1e5)}${']'.repeat(1e5)},\\"position\\"`),
  ),
  forged('tensors that reach out of the file', DAMAGED, {
    header: (header) => {
      for (const one of Object.values(header)) {
        if ('data_offsets' in Object(one))
          Object.assign(Object(one), { data_offsets: [0, 2 ** 33] })
      }
    },
  }),
  forged(
    'a run that says it lies outside',
    /REG_CHECKPOINT_MISMATCH.*"state.folder"/,
    memory({ folder: '../../outside' }),
  ),
  forged(
    'a run that says files outside are to be removed',
    /REG_CHECKPOINT_MISMATCH.*"state.dropped\[0\]"/,
    memory({ dropped: ['../../../outside/precious.safetensors'] }),
  ),
  folder(
    'an index that lists a file outside',
    index((files) =>
      files.push({ ...files[0], file: '../../../outside/precious.safetensors', sequence: 99 }),
    ),
  ),
  folder('an index with a key that changes prototypes', (_, at) =>
    writeFileSync(join(at, 'index.json'), '{"__proto__":{"polluted":true}}'),
  ),
  folder('a "last" that is a link to a file outside', ({ outside }, at) => {
    rmSync(join(at, 'last.safetensors'))
    symlinkSync(join(outside, 'precious.safetensors'), join(at, 'last.safetensors'))
  }),
  folder('a run folder that is a link to one outside', ({ root, outside }, at) => {
    cpSync(at, join(outside, 'run'), { recursive: true })
    symlinkSync(join(outside, 'run'), join(root, 'checkpoints/version_7'))
  }),
  folder('unfinished files that are links to files outside', ({ outside }, at) => {
    symlinkSync(join(outside, 'precious.safetensors'), join(at, 'last.safetensors.1-0.tmp'))
  }),
  folder('a folder called as a checkpoint', (_, at) => {
    rmSync(join(at, 'last.safetensors'))
    mkdirSync(join(at, 'last.safetensors.tmp'))
  }),
]
