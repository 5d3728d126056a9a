import { Trainer } from '@regimen/core'
import { expectNoTensorLeak } from '@regimen/testing'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, it } from 'vitest'
import type { Machine } from '../src/binding.js'
import { gpuPlugin, nodePlugin } from '../src/engine-plugin.js'
import { gpu, node } from '../src/index.js'
import { fakeLoad, fakeMachine, NO_GPUS, unload } from './helpers/fake-binding.js'
import { train } from './helpers/train.js'

afterEach(unload)

const loads = (usesGpu = true) => fakeLoad({ usesGpu })

describe('the engine "node"', () => {
  it('is set before the module is made, and leaves no tensor', async () => {
    await tf.setBackend('cpu')
    const machine = fakeMachine()
    await expectNoTensorLeak(async () => {
      const { backend, warnings } = await train(nodePlugin({ load: loads(false) }, machine))
      expect(backend).toBe('tensorflow')
      expect(warnings).toEqual([])
    })
    expect(machine.env).toEqual({})
  })

  it('is loaded once and made current again', async () => {
    const names: string[] = []
    const load = fakeLoad({ onLoad: (name) => names.push(name) })
    const machine = fakeMachine()
    await train(nodePlugin({ load }, machine))
    await tf.setBackend('cpu')
    expect((await train(nodePlugin({ load }, machine))).backend).toBe('tensorflow')
    expect(names).toEqual(['@tensorflow/tfjs-node'])
  })

  it('is loaded once for two trainers at once', async () => {
    const names: string[] = []
    const load = fakeLoad({ onLoad: (name) => names.push(name) })
    const machine = fakeMachine()
    await Promise.all([1, 2].map(() => train(nodePlugin({ load }, machine))))
    expect(names).toHaveLength(1)
  })

  it('is taken where somebody has imported it before', async () => {
    await fakeLoad()('@tensorflow/tfjs-node')
    const load = async () => expect.unreachable('loaded twice')
    expect((await train(nodePlugin({ load }, fakeMachine()))).backend).toBe('tensorflow')
  })

  it('restores what Node 23 lacks also where somebody has imported it before', async () => {
    const { default: util } = await import('node:util')
    const had = Object.getOwnPropertyDescriptor(util, 'isNullOrUndefined')
    await fakeLoad()('@tensorflow/tfjs-node')
    Reflect.deleteProperty(util, 'isNullOrUndefined')
    await train(nodePlugin({}, fakeMachine({ node: '24.1.0' })))
    const restored = Object.getOwnPropertyDescriptor(util, 'isNullOrUndefined')
    if (had) Object.defineProperty(util, 'isNullOrUndefined', had)
    expect(restored?.value).toBeTypeOf('function')
  })

  it('restores what Node 23 lacks before it loads', async () => {
    const { default: util } = await import('node:util')
    const had = Object.getOwnPropertyDescriptor(util, 'isNullOrUndefined')
    Reflect.deleteProperty(util, 'isNullOrUndefined')
    let seen: unknown
    const onLoad = () => {
      seen = (util as unknown as Record<string, unknown>).isNullOrUndefined
    }
    await train(nodePlugin({ load: fakeLoad({ onLoad }) }, fakeMachine({ node: '24.1.0' })))
    if (had) Object.defineProperty(util, 'isNullOrUndefined', had)
    expect(seen).toBeTypeOf('function')
  })
})

describe('the environment while tfjs-node-gpu loads', () => {
  async function during(gpus: number | number[] | string | undefined, env: Machine['env']) {
    let seen = {}
    const machine = fakeMachine({ env })
    const onLoad = (name: string) => {
      seen = { name, ...machine.env }
    }
    const load = fakeLoad({ usesGpu: true, onLoad })
    await train(gpuPlugin(gpus === undefined ? { load } : { gpus, load }, machine))
    return seen
  }
  const own = { name: '@tensorflow/tfjs-node-gpu', CUDA_DEVICE_ORDER: 'PCI_BUS_ID' }

  it.each([
    [undefined, {}, { CUDA_VISIBLE_DEVICES: '0', TF_FORCE_GPU_ALLOW_GROWTH: 'true' }],
    [1, {}, { CUDA_VISIBLE_DEVICES: '0', TF_FORCE_GPU_ALLOW_GROWTH: 'true' }],
    [2, {}, { CUDA_VISIBLE_DEVICES: '0,1', TF_FORCE_GPU_ALLOW_GROWTH: 'true' }],
    ['1', {}, { CUDA_VISIBLE_DEVICES: '1', TF_FORCE_GPU_ALLOW_GROWTH: 'true' }],
    [[1, 0], {}, { CUDA_VISIBLE_DEVICES: '1,0', TF_FORCE_GPU_ALLOW_GROWTH: 'true' }],
    [-1, {}, { TF_FORCE_GPU_ALLOW_GROWTH: 'true' }],
    [
      -1,
      { CUDA_VISIBLE_DEVICES: '1', TF_FORCE_GPU_ALLOW_GROWTH: 'false' },
      { CUDA_VISIBLE_DEVICES: '1', TF_FORCE_GPU_ALLOW_GROWTH: 'false' },
    ],
    [
      [1],
      { CUDA_VISIBLE_DEVICES: '4,5' },
      { CUDA_VISIBLE_DEVICES: '5', TF_FORCE_GPU_ALLOW_GROWTH: 'true' },
    ],
  ])('for gpus %j and %j', async (gpus, before, expected) => {
    expect(await during(gpus, { ...before })).toEqual({ ...own, ...expected })
  })
})

describe('the engine "gpu"', () => {
  it('warns that one of several GPUs computes', async () => {
    const { warnings } = await train(gpuPlugin({ gpus: [0, 1], load: loads() }, fakeMachine()))
    expect(warnings.join()).toContain('of 0,1 it uses 1, and only holds the others')
  })

  it('refuses to compute on the CPU, says what was found and leaves the engine that was', async () => {
    await tf.setBackend('cpu')
    const machine = fakeMachine({ findGpus: async () => NO_GPUS })
    const plugin = gpuPlugin({ gpus: 1, load: loads(false) }, machine)
    for (const _ of ['once', 'and again']) {
      await expect(train(plugin)).rejects.toMatchObject({
        code: 'REG_ENGINE_FAILED',
        plugin: 'backend-gpu',
        message: expect.stringMatching(
          /sees no GPU.*nvidia-smi: not installed.*no \/dev\/nvidia.*libcudnn\.so\.8; CUDA_VISIBLE_DEVICES="0".*Install/,
        ),
        cause: {
          name: 'Error',
          message: expect.stringMatching(/^nvidia-smi: not installed.*libcudnn\.so\.8$/),
        },
      })
      expect(tf.getBackend()).toBe('cpu')
    }
  })

  it('that is not installed says so and what was found, and leaves the environment', async () => {
    const machine = fakeMachine({
      env: { CUDA_VISIBLE_DEVICES: '3' },
      findGpus: async () => NO_GPUS,
    })
    const missing = Object.assign(
      new Error("Cannot find package '@tensorflow/tfjs-node-gpu' imported from /a.js"),
      { code: 'ERR_MODULE_NOT_FOUND' },
    )
    await expect(
      train(gpuPlugin({ load: () => Promise.reject(missing) }, machine)),
    ).rejects.toThrow(
      /not installed\. Run npm install @tensorflow\/tfjs-node-gpu@4.*pnpm add.*Found here: nvidia-smi/,
    )
    expect(machine.env).toEqual({ CUDA_VISIBLE_DEVICES: '3' })
    expect(machine.loaded).toBeUndefined()
    const { backend } = await train(gpuPlugin({ load: loads() }, machine))
    expect(backend).toBe('tensorflow')
  })

  it.each([
    [
      [0],
      2,
      /with the GPUs 0 instead of the GPUs 0,1\. TensorFlow reads CUDA_VISIBLE_DEVICES only once/,
    ],
    [1, [1], /the GPUs 0 instead of the GPUs 1/],
    [1, -1, /the GPUs 0 instead of all GPUs/],
    [-1, 1, /all GPUs instead of the GPUs 0/],
  ])('with %j is refused %j afterwards', async (first, second, text) => {
    const machine = fakeMachine()
    await train(gpuPlugin({ gpus: first, load: loads() }, machine))
    await expect(train(gpuPlugin({ gpus: second, load: loads() }, machine))).rejects.toThrow(text)
  })

  it.each([
    [1, [0], {}],
    ['0,1', 2, {}],
    [[1], '1', { CUDA_VISIBLE_DEVICES: '4,5' }],
    [-1, -1, { CUDA_VISIBLE_DEVICES: '4,5' }],
  ])('with %j may be asked for %j, which is the same', async (first, second, env) => {
    const machine = fakeMachine({ env: { ...env } })
    await train(gpuPlugin({ gpus: first, load: loads() }, machine))
    await train(gpuPlugin({ gpus: second, load: loads() }, machine))
    expect(tf.getBackend()).toBe('tensorflow')
  })

  it('that somebody imported before is taken only with the GPUs that it saw', async () => {
    await loads()('@tensorflow/tfjs-node-gpu')
    const plugin = (gpus: number) => gpuPlugin({ gpus, load: loads() }, fakeMachine())
    await expect(train(plugin(1))).rejects.toThrow('with all GPUs instead of the GPUs 0')
    expect((await train(plugin(-1))).backend).toBe('tensorflow')
  })

  it('and "node" cannot be in one process', async () => {
    const machine = fakeMachine()
    await train(nodePlugin({ load: loads() }, machine))
    await expect(train(gpuPlugin({ load: loads() }, machine))).rejects.toThrow(
      'has loaded @tensorflow/tfjs-node already, and both cannot be in one process',
    )
  })
})

describe('an engine', () => {
  it.each([
    ['darwin', 'arm64', gpuPlugin, 'no GPU engine for macOS'],
    ['win32', 'arm64', nodePlugin, 'Use wasm()'],
  ] as const)('is refused on %s %s before anything loads', async (platform, arch, make, text) => {
    const load = async () => expect.unreachable('loaded')
    const machine = fakeMachine({ platform, arch })
    await expect(train(make({ load }, machine))).rejects.toMatchObject({
      code: 'REG_ENGINE_FAILED',
      message: expect.stringContaining(text),
    })
  })

  it('with another copy of tfjs and its engine is refused', async () => {
    const exports = { engine: () => ({}), version: { 'tfjs-core': '3.1.0' } }
    const load = fakeLoad({ exports })
    await expect(train(nodePlugin({ load }, fakeMachine()))).rejects.toThrow(
      /another copy of @tensorflow\/tfjs-core \(3\.1\.0\).*\(4\.22\.0\).*regimen doctor/,
    )
  })

  it('with other classes but the same tfjs engine is used with a warning', async () => {
    const load = fakeLoad({ exports: { engine: tf.engine, Tensor: class {} } })
    const { warnings } = await train(nodePlugin({ load }, fakeMachine()))
    expect(warnings.join()).toContain('another copy of @tensorflow/tfjs-core')
  })

  it('whose import registers no backend is refused', async () => {
    await expect(train(nodePlugin({ load: async () => ({}) }, fakeMachine()))).rejects.toThrow(
      'registered no backend "tensorflow"',
    )
  })

  it('does not go with another one', () => {
    const machine = fakeMachine()
    const both = [nodePlugin({}, machine), gpuPlugin({}, machine)]
    expect(() => new Trainer({ plugins: both })).toThrow(
      expect.objectContaining({ code: 'REG_PLUGIN_CONFLICT' }),
    )
  })

  it.each([
    [() => gpu({ gpus: 0 }), 'REG_OPTION_INVALID'],
    [() => gpu({ gpu: 1 } as never), 'REG_OPTION_UNKNOWN'],
    [() => node({ gpus: 1 } as never), 'REG_OPTION_UNKNOWN'],
    [() => node({ load: 'x' } as never), 'REG_OPTION_INVALID'],
    [() => node(null as never), 'REG_OPTION_INVALID'],
  ])('refuses wrong options at construction: %s', (make, code) => {
    expect(make).toThrow(expect.objectContaining({ code }))
  })
})
