import { useWasm } from '@regimen/backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { stepCompiler } from '../../packages/backend-wasm/src/capture/step-compiler.js'
import { CompiledSteps } from '../../packages/plugin-compile/src/compiled-steps.js'
import { type GraphRun, trainGraph } from './random-run.js'

beforeAll(() => useWasm())

/** Graphs of a test, and steps of each: two recorded, one compared, three replayed, one compared. */
const GRAPHS = 25
const STEPS = 7
/** For more of them: `RANDOM_GRAPHS=1000,3000`, the first seed and how many. */
const [first, count] = (process.env.RANDOM_GRAPHS ?? '0,200').split(',').map(Number) as [
  number,
  number,
]
const starts = Array.from({ length: Math.ceil(count / GRAPHS) }, (_, i) => first + i * GRAPHS)

it.each(starts)('graphs are replayed to the bit, seeds from %i', (start) => {
  const before = footprint()
  const faults: string[] = []
  for (let seed = start; seed < start + GRAPHS; seed++) {
    const fault = faultOf(seed)
    if (fault !== undefined) faults.push(`seed ${seed}: ${fault}`)
  }
  expect(faults).toEqual([])
  expect(footprint()).toEqual(before)
})

/** What is wrong with a replayed graph, if something is. */
function faultOf(seed: number): string | undefined {
  const notices: string[] = []
  const steps = new CompiledSteps(stepCompiler, 3, {
    traced: (reason) => void notices.push(reason),
    differed: (difference) => void notices.push(`later: ${difference}`),
  })
  try {
    const traced = trainGraph(seed, STEPS, (step, next) => next(step))
    const replayed = trainGraph(seed, STEPS, (step, next) => {
      steps.beginBatch()
      return steps.run(step, next)
    })
    const { replayed: times } = steps.summary()
    if (notices.length > 0) return notices.join(', ')
    return times === 3 ? differenceOf(traced, replayed) : `${times} steps were replayed`
  } catch (thrown) {
    return String(thrown)
  } finally {
    steps.dispose()
  }
}

function differenceOf(a: GraphRun, b: GraphRun): string | undefined {
  for (const [step, reports] of a.reports.entries()) {
    const place = reports.findIndex((bytes, i) => !isSame(bytes, b.reports[step]?.[i]))
    if (place >= 0) return `value ${place} of step ${step}`
  }
  const variable = a.variables.findIndex((bytes, i) => !isSame(bytes, b.variables[i]))
  return variable < 0 ? undefined : `variable ${variable}`
}

const isSame = (a: Uint8Array, b: Uint8Array | undefined) =>
  b !== undefined && Buffer.compare(a, b) === 0

const footprint = () => [tf.memory().numTensors, tf.backend().numDataIds()]
