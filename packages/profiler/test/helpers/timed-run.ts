import type { AutomaticModule, LoaderTraits } from '@regimen/core'
import type { FakeClock } from '@regimen/testing'
import * as tf from '@tensorflow/tfjs-core'
import type { ReportStream } from '../../src/index.js'

/** Milliseconds that the parts of a run take on the fake clock. */
export interface Times {
  readonly fetch?: number
  readonly forward?: number
  readonly backward?: number
  readonly optimizer?: number
  readonly validation?: number
}

/** A module `loss = w²` whose parts take as long as they are told, and the end of its variable. */
export function timedModule(
  clock: FakeClock,
  { forward = 7, backward = 11, optimizer = 3, validation = 4 }: Times = {},
): AutomaticModule<tf.Tensor> & { dispose(): void } {
  const w = tf.tidy(() => tf.variable(tf.scalar(1)))
  const square = tf.customGrad((x) => {
    const value = tf.square(x as tf.Tensor)
    const gradFunc = (dy: tf.Tensor) => {
      clock.elapse(backward)
      return tf.mul(dy, 2)
    }
    return { value, gradFunc }
  })
  return {
    trainingStep: () => {
      clock.elapse(forward)
      return square(w) as tf.Scalar
    },
    validationStep: () => {
      clock.elapse(validation)
      return { loss: 1 }
    },
    testStep: () => clock.elapse(validation),
    predictStep: () => {
      clock.elapse(validation)
      return 1
    },
    variables: () => ({ w }),
    configureOptimizers: () => {
      const sgd = tf.train.sgd(0.1)
      const apply = sgd.applyGradients.bind(sgd)
      sgd.applyGradients = (gradients) => {
        clock.elapse(optimizer)
        apply(gradients)
      }
      return sgd
    },
    dispose: () => w.dispose(),
  }
}

/** Batches that take a while to be fetched. */
export function slowBatches(
  clock: FakeClock,
  count: number,
  fetchMs = 5,
): Iterable<tf.Tensor> & LoaderTraits {
  return {
    size: count,
    *[Symbol.iterator]() {
      for (let index = 0; index < count; index++) {
        clock.elapse(fetchMs)
        yield tf.zeros([2, 1])
      }
    },
  }
}

/** A stream that keeps what is written, one text per report. */
export function memoryStream(columns = 120): ReportStream & { readonly texts: string[] } {
  const texts: string[] = []
  return { columns, texts, write: (text) => texts.push(text) }
}

/** The rows of a report by name, `hook plugin` for plugins: calls, total, mean, p50, p95. */
export function rowsOf(report = ''): Record<string, string[]> {
  const lines = report.split('\n')
  const start = lines.findIndex((line) => line.startsWith('─'))
  const rows: Record<string, string[]> = {}
  let hook = ''
  for (const line of lines.slice(start + 1)) {
    if (line === '') break
    const [name = '', ...cells] = line
      .replace(/ +<?[\d.]+ %$/, '')
      .trim()
      .split(/ {2,}/)
    if (!line.startsWith(' ')) hook = name
    rows[line.startsWith(' ') ? `${hook} ${name}` : name] = cells
  }
  return rows
}
