import { definePlugin, type Plugin, quote, RegimenError } from '@regimen/core'
import { type EngineWish, type Load, type Machine, useBinding } from './binding.js'
import { type Gpus, readGpus } from './gpus.js'

interface Options {
  readonly load?: Load
  readonly gpus?: Gpus
}

const ENGINES = ['backend-cpu', 'backend-gpu', 'backend-node', 'backend-wasm']
const importBinding: Load = (name) => import(/* @vite-ignore */ name)

/** The engine on the CPU, for a machine. @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID */
export function nodePlugin(options: Options, machine: Machine): Plugin {
  const { load = importBinding } = checked(options, ['load'])
  return engine('backend-node', { binding: '@tensorflow/tfjs-node', load }, machine)
}

/** The engine on GPUs, for a machine. @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID */
export function gpuPlugin(options: Options, machine: Machine): Plugin {
  const { load = importBinding, gpus = 1 } = checked(options, ['gpus', 'load'])
  const wish = { binding: '@tensorflow/tfjs-node-gpu', gpus: readGpus(gpus), load } as const
  return engine('backend-gpu', wish, machine)
}

function engine(name: string, wish: Omit<EngineWish, 'report'>, machine: Machine): Plugin {
  return definePlugin({
    name,
    conflicts: ENGINES.filter((other) => other !== name),
    apply({ hooks, id, report }) {
      hooks.configure.tapPromise(id, async (options) => {
        await inTurn(() => useBinding({ ...wish, report }, machine))
        return options
      })
    },
  })
}

let last: Promise<unknown> = Promise.resolve()

/** One after the other: the environment belongs to the process. */
function inTurn(act: () => Promise<void>): Promise<void> {
  const result = last.then(act)
  last = result.catch(() => undefined)
  return result
}

function checked(options: Options, known: readonly string[]): Options {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new RegimenError(
      'REG_OPTION_INVALID',
      `An engine was given ${quote(options)}; give an object, or nothing.`,
      { data: { found: options } },
    )
  }
  const unknown = Object.keys(options).find((key) => !known.includes(key))
  if (unknown !== undefined) {
    const text = `The engine has no option "${unknown}". It takes ${known.join(', ')}.`
    throw new RegimenError('REG_OPTION_UNKNOWN', text, {
      data: { option: unknown, options: known },
    })
  }
  if (options.load === undefined || typeof options.load === 'function') return options
  throw new RegimenError('REG_OPTION_INVALID', '"load" is not a function; give one that imports.', {
    data: { option: 'load', found: options.load },
  })
}
