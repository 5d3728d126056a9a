import * as tf from '@tensorflow/tfjs-core'
import { located, messageOf, RegimenError } from '../floor/errors.js'
import { quote } from '../floor/quote.js'
import { definePlugin, type Plugin } from '../plugins/plugin.js'
import type { PluginContext } from '../plugins/plugin-context.js'
import { Trainer } from '../trainer.js'
import {
  type Accelerator,
  accelerators,
  type Gpus,
  type Threads,
} from './define-config.js'
import { type ImportPlace, importPackage } from './import-file.js'

type Engine = Exclude<Accelerator, 'auto'>

/** What a config says of the engine beside its name. */
export interface EngineOptions {
  readonly threads?: Threads | undefined
  readonly compile?: boolean | undefined
}

/** What an engine's plugin is made with. */
interface MadeOptions {
  readonly gpus?: Gpus
  readonly threads?: Threads
}

/**
 * The plugins that set an engine before module and data are made. `gpus` alone asks for `gpu`.
 *
 * @throws REG_ENGINE_FAILED, REG_CONFIG_INVALID for an engine that is not known, and where `gpus`
 *   meets one without any
 */
export async function resolveAccelerator(
  accelerator: Accelerator | undefined,
  gpus: Gpus | undefined,
  place: ImportPlace,
  { threads, compile = false }: EngineOptions = {},
): Promise<Plugin[]> {
  if (accelerator !== undefined && !accelerators.includes(accelerator)) {
    const text = `"accelerator" is ${quote(accelerator)}; expected ${accelerators.join(', ')}.`
    throw new RegimenError('REG_CONFIG_INVALID', text, {
      data: { option: 'accelerator', found: accelerator, expected: accelerators },
    })
  }
  if (
    gpus !== undefined &&
    accelerator !== undefined &&
    !/^(auto|gpu)$/.test(accelerator)
  ) {
    const text = `"gpus" needs the accelerator "gpu", but it is "${accelerator}"; leave one of them out.`
    throw new RegimenError('REG_CONFIG_INVALID', text, {
      data: { option: 'accelerator', found: accelerator, expected: ['auto', 'gpu'] },
    })
  }
  const engine = gpus === undefined ? accelerator : 'gpu'
  if (threads !== undefined && engine !== 'wasm' && engine !== 'auto') {
    const found = engine === undefined ? 'none is named' : `it is "${engine}"`
    const text = `"threads" needs the accelerator "wasm", but ${found}; leave one of them out.`
    throw new RegimenError('REG_CONFIG_INVALID', text, {
      data: { option: 'accelerator', found: engine, expected: ['auto', 'wasm'] },
    })
  }
  const compiler = compile ? [await compilerOf(place)] : []
  if (engine === undefined) return compiler
  const options = { ...(gpus !== undefined && { gpus }), ...(threads && { threads }) }
  if (engine === 'auto') return [...(await fastest(options, place)), ...compiler]
  return [await engineOf(engine, options, place), ...compiler]
}

/** The plugin that records and replays steps. */
async function compilerOf({ from, tools }: ImportPlace): Promise<Plugin> {
  const name = '@regimen/plugin-compile'
  const { compile } = (await importPackage(name, from, tools)) ?? {}
  if (typeof compile === 'function') return compile()
  const text = `"compile" needs ${name}, which is not installed. Run npm install ${name}@latest.`
  throw new RegimenError('REG_CONFIG_INVALID', text, {
    data: { option: 'compile', package: name },
  })
}

async function fastest({ threads }: MadeOptions, place: ImportPlace): Promise<Plugin[]> {
  const failures: string[] = []
  const tried = ['node', 'wasm', 'cpu'] as const
  for (const engine of tried) {
    try {
      const options = engine === 'wasm' && threads ? { threads } : {}
      const plugin = await engineOf(engine, options, place)
      await load(plugin)
      const text = [
        'The engine',
        quote(engine),
        'is the fastest that loads.',
        ...failures,
      ].join(' ')
      return [plugin, beforeRun('accelerator', ({ report }) => report.info(text))]
    } catch (thrown) {
      failures.push(messageOf(thrown))
    }
  }
  throw new RegimenError('REG_ENGINE_FAILED', `No engine loads. ${failures.join(' ')}`, {
    data: { tried, failures },
  })
}

async function engineOf(
  engine: Engine,
  options: MadeOptions,
  { from, tools }: ImportPlace,
): Promise<Plugin> {
  const ours = `@regimen/backend-${engine === 'wasm' ? 'wasm' : 'node'}`
  const name = engine === 'cpu' ? '@tensorflow/tfjs-backend-cpu' : ours
  const exported = await importPackage(name, from, tools).catch((thrown) => {
    throw located(
      thrown,
      'REG_ENGINE_FAILED',
      `The engine "${engine}" of ${name} did not load`,
      {
        data: { engine, package: name },
      },
    )
  })
  const cpu = () =>
    beforeRun('backend-cpu', () => {
      quietCpu()
      return tf.setBackend('cpu')
    })
  const make = engine === 'cpu' ? cpu : exported?.[engine]
  if (exported && typeof make === 'function') return make(options)
  const found = exported ? 'has no such engine' : 'is not installed'
  const text = `The engine "${engine}" needs ${name}, which ${found}. Run npm install ${name}@latest.`
  throw new RegimenError('REG_ENGINE_FAILED', text, { data: { engine, package: name } })
}

/** At its first use in Node, tfjs' cpu engine prints an advertisement of another engine on stderr. */
function quietCpu(): void {
  const engine: object | null = tf.findBackend('cpu')
  if (engine && 'firstUse' in engine) engine.firstUse = false
}

/** An engine loads when a run begins, so a run of no epoch tells whether it does. */
async function load(plugin: Plugin): Promise<void> {
  const weights: tf.Variable[] = []
  const module = {
    setup: () => void weights.push(tf.tidy(() => tf.variable(tf.scalar(0)))),
    variables: () => weights,
    trainingStep: () => tf.scalar(0),
    configureOptimizers: () => tf.train.sgd(0),
  }
  const trainer = new Trainer({ maxEpochs: 0, plugins: [plugin] })
  await trainer.fit(module, { train: [] }).finally(() => trainer.dispose())
  tf.dispose(weights)
}

function beforeRun(name: string, act: (context: PluginContext) => unknown): Plugin {
  const apply = (context: PluginContext) =>
    context.hooks.configure.tapPromise(name, async (options) => {
      await act(context)
      return options
    })
  return definePlugin({ name, apply })
}
