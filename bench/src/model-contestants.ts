import { fork, spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ModelName } from './model-nets.js'

/** How long a round takes. Both parts have at least `steps` steps. */
export interface Effort {
  /** Seconds before the first step that counts. */
  readonly warmUpSeconds: number
  /** Seconds of steps that count. */
  readonly seconds: number
  readonly steps: number
}

/** What a process is to measure. */
export interface ModelOrder extends Effort {
  readonly model: ModelName
  /** How tfjs runs a step: its own wasm engine, ours, or ours replayed. */
  readonly way: 'stock' | 'traced' | 'replayed'
  readonly threads: number
}

/** How long steps took. */
export interface ModelTimes {
  /** Milliseconds per step. */
  readonly stepMs: number
  /** Milliseconds that the first steps took beyond that: compilation, and for replayed steps the recording. */
  readonly startMs?: number
}

/** A way to train a model, in a process of its own. */
export interface ModelContestant {
  readonly name: string
  /** @throws with the reason if it cannot train the model */
  measure(model: ModelName, effort: Effort): Promise<ModelTimes>
}

/** Memory that is given back to the system is asked for again in the next step: PyTorch is slow then. */
const KEEPS_MEMORY = {
  MALLOC_MMAP_THRESHOLD_: '1073741824',
  MALLOC_TRIM_THRESHOLD_: '4294967296',
  MALLOC_TOP_PAD_: '268435456',
}

/** The name of the contestant that the others are compared with. */
export const REFERENCE = 'PyTorch'

/**
 * All contestants in order.
 *
 * @param node the Node.js that runs tfjs and Regimen
 */
export function modelContestants(node: string): ModelContestant[] {
  return [
    ofTfjs(node, 'stock wasm', 'stock', 1),
    ...[1, 2].flatMap((threads) => [
      ofTfjs(node, `traced, ${named(threads)}`, 'traced', threads),
      ofTfjs(node, `replayed, ${named(threads)}`, 'replayed', threads),
    ]),
    ofPython(REFERENCE, 'torch', KEEPS_MEMORY),
    ofPython('PyTorch, default allocator', 'torch', {}),
    ofPython('Lightning', 'lightning', KEEPS_MEMORY),
  ]
}

function named(threads: number): string {
  return threads === 1 ? '1 thread' : `${threads} threads`
}

function ofTfjs(
  execPath: string,
  name: string,
  way: ModelOrder['way'],
  threads: number,
): ModelContestant {
  const script = fileURLToPath(new URL('model-child.js', import.meta.url))
  return {
    name,
    measure: (model, effort) =>
      new Promise((resolve, reject) => {
        const child = fork(script, { execPath, silent: true })
        child.on('message', (answer) => {
          if (typeof answer === 'string') reject(new Error(answer))
          else resolve(answer as ModelTimes)
        })
        child.on('error', reject)
        child.on('exit', (code) => reject(new Error(`it ended with exit code ${code}`)))
        child.send({ model, way, threads, ...effort } satisfies ModelOrder)
      }),
  }
}

function ofPython(name: string, library: string, environment: object): ModelContestant {
  const python = pythonWith(library)
  const script = fileURLToPath(new URL('../models.py', import.meta.url))
  return {
    name,
    measure: async (model, { warmUpSeconds, seconds, steps }) => {
      if (python === undefined) throw new Error(`no Python has ${library}: pip install ${library}`)
      const args = [script, library, model, `${warmUpSeconds}`, `${seconds}`, `${steps}`]
      const output = await outputOf(python, args, { ...process.env, ...environment })
      return { stepMs: Number(output) }
    },
  }
}

function outputOf(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let [output, complaint] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk
    })
    child.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => {
      const reason = complaint.trim().split('\n').at(-1)
      if (code === 0) resolve(output.trim().split('\n').at(-1) ?? '')
      else reject(new Error(`it ended with exit code ${code}: ${reason}`))
    })
  })
}

/** The Python that has a library: the machine's, or the one of the oracle tests. */
function pythonWith(library: string): string | undefined {
  const made = fileURLToPath(
    new URL('../../node_modules/.cache/oracles/bin/python', import.meta.url),
  )
  return ['python3', made].find(
    (python) => spawnSync(python, ['-c', `import ${library}`]).status === 0,
  )
}
