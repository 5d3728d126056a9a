import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Snapshot, Trainer } from '../../src/index.js'
import { lineBatches, lineModule } from '../helpers/line.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

type Gradients = Record<string, tf.Variable>

/** Momentum by hand: what it keeps and where is for each kind to say. */
abstract class ByHand extends tf.Optimizer {
  static readonly className = 'ByHand'

  /** `velocity = 0.9 velocity + gradient`, `weight -= 0.05 factor velocity`. */
  protected step(variable: tf.Variable, velocity: tf.Tensor, gradient: tf.Tensor, factor = 1) {
    const next = tf.add(tf.mul(velocity, 0.9), gradient)
    variable.assign(tf.sub(variable, tf.mul(next, 0.05 * factor)))
    return next
  }

  protected variable(name: string): tf.Variable {
    return tf.engine().state.registeredVariables[name] as tf.Variable
  }

  override applyGradients(given: unknown): void {
    tf.tidy(() => {
      for (const [name, gradient] of Object.entries(given as Gradients))
        this.change(this.variable(name), gradient)
    })
    this.incrementIterations()
  }

  protected abstract change(variable: tf.Variable, gradient: tf.Tensor): void

  override getConfig() {
    return {}
  }
}

const zeros = (like: tf.Tensor) => tf.variable(tf.zerosLike(like), false)

class InMap extends ByHand {
  private readonly velocities = new Map<string, tf.Variable>()
  protected change(variable: tf.Variable, gradient: tf.Tensor) {
    const own = this.velocities.get(variable.name) ?? zeros(variable)
    this.velocities.set(variable.name, own)
    own.assign(this.step(variable, own, gradient))
  }
}

class InMapOfVariables extends ByHand {
  private readonly velocities = new Map<tf.Variable, { velocity: tf.Tensor; steps: number }>()
  protected change(variable: tf.Variable, gradient: tf.Tensor) {
    const own = this.velocities.get(variable) ?? { velocity: tf.zerosLike(variable), steps: 0 }
    const velocity = tf.keep(this.step(variable, own.velocity, gradient, 1 / (1 + own.steps)))
    own.velocity.dispose()
    this.velocities.set(variable, { velocity, steps: own.steps + 1 })
  }
}

class InRecord extends ByHand {
  private readonly velocities: Record<string, tf.Variable> = {}
  protected change(variable: tf.Variable, gradient: tf.Tensor) {
    const own = this.velocities[`${variable.name}/velocity`] ?? zeros(variable)
    this.velocities[`${variable.name}/velocity`] = own
    own.assign(this.step(variable, own, gradient))
  }
}

class InMapOfIds extends ByHand {
  private readonly velocities = new Map<number, tf.Variable>()
  protected change(variable: tf.Variable, gradient: tf.Tensor) {
    const own = this.velocities.get(variable.id) ?? zeros(variable)
    this.velocities.set(variable.id, own)
    own.assign(this.step(variable, own, gradient))
  }
}

class InRecordOfIds extends ByHand {
  private readonly velocities: Record<string, tf.Variable> = {}
  protected change(variable: tf.Variable, gradient: tf.Tensor) {
    const own = this.velocities[variable.id] ?? zeros(variable)
    this.velocities[variable.id] = own
    own.assign(this.step(variable, own, gradient))
  }
}

class InListWithIds extends ByHand {
  private readonly slots: { variableId: number; velocity: tf.Variable }[] = []
  protected change(variable: tf.Variable, gradient: tf.Tensor) {
    let own = this.slots.find(({ variableId }) => variableId === variable.id)
    if (!own) {
      own = { variableId: variable.id, velocity: zeros(variable) }
      this.slots.push(own)
    }
    own.velocity.assign(this.step(variable, own.velocity, gradient))
  }
}

class InListByIds extends ByHand {
  private readonly velocities: tf.Variable[] = []
  private readonly order: number[] = []
  protected change(variable: tf.Variable, gradient: tf.Tensor) {
    if (!this.order.includes(variable.id)) {
      this.order.push(variable.id)
      this.velocities.push(zeros(variable))
    }
    const own = this.velocities[this.order.indexOf(variable.id)] as tf.Variable
    own.assign(this.step(variable, own, gradient))
  }
}

/** By place, with a history by step: numbers that are no ids, whatever ids there are. */
class InMapOfPlaces extends ByHand {
  private readonly order: string[] = []
  private readonly velocities = new Map<number, tf.Variable>()
  private readonly steps = new Map<number, number>()
  protected change(variable: tf.Variable, gradient: tf.Tensor) {
    if (!this.order.includes(variable.name)) this.order.push(variable.name)
    const place = this.order.indexOf(variable.name)
    const own = this.velocities.get(place) ?? zeros(variable)
    this.velocities.set(place, own)
    this.steps.set(this.steps.size, this.steps.size)
    own.assign(this.step(variable, own, gradient, 1 / this.steps.size))
  }
}

class InList extends ByHand {
  private readonly velocities: tf.Variable[] = []
  private readonly order: string[] = []
  protected change(variable: tf.Variable, gradient: tf.Tensor) {
    if (!this.order.includes(variable.name)) {
      this.order.push(variable.name)
      this.velocities.push(zeros(variable))
    }
    const own = this.velocities[this.order.indexOf(variable.name)] as tf.Variable
    own.assign(this.step(variable, own, gradient))
  }
}

class WithCounter extends ByHand {
  private count = 0
  protected change(variable: tf.Variable, gradient: tf.Tensor) {
    this.count++
    this.step(variable, tf.zerosLike(variable), gradient, 1 / this.count)
  }
}

class InTypedArray extends ByHand {
  private readonly velocities: Record<string, Float32Array> = {}
  protected change(variable: tf.Variable, gradient: tf.Tensor) {
    const own = this.velocities[variable.name] ?? new Float32Array(variable.size)
    const next = this.step(variable, tf.tensor(own, variable.shape), gradient)
    this.velocities[variable.name] = next.dataSync().slice() as Float32Array
  }
}

class AsSlots extends ByHand {
  private readonly slots: { originalName: string; variable: tf.Variable }[] = []
  protected change(variable: tf.Variable, gradient: tf.Tensor) {
    const originalName = `${variable.name}/velocity`
    let own = this.slots.find((slot) => slot?.originalName === originalName)
    if (!own) {
      own = { originalName, variable: zeros(variable) }
      this.slots.push(own)
    }
    own.variable.assign(this.step(variable, own.variable, gradient))
  }
}

class Wrapper extends ByHand {
  private readonly inner = tf.train.adam(0.1)
  protected change() {}
  override applyGradients(given: unknown) {
    this.inner.applyGradients(given as Gradients)
  }
}

/** A wrapper that is made from no class of tfjs. */
const plainWrapper = () => {
  const inner = tf.train.momentum(0.05, 0.9)
  return {
    inner,
    applyGradients: (gradients: Gradients) => inner.applyGradients(gradients),
  } as unknown as tf.Optimizer
}

class WithWeightsById extends ByHand {
  #velocities = new Map<number, tf.Variable>()
  protected change(variable: tf.Variable, gradient: tf.Tensor) {
    const own = this.#velocities.get(variable.id) ?? zeros(variable)
    this.#velocities.set(variable.id, own)
    own.assign(this.step(variable, own, gradient))
  }
  override async getWeights() {
    const weights = [...this.#velocities].map(([id, tensor]) => ({ name: String(id), tensor }))
    return [await this.saveIterations(), ...weights]
  }
  override async setWeights(given: { name: string; tensor: tf.Tensor }[]) {
    const weights = await this.extractIterations(given)
    this.#velocities = new Map(
      weights.map(({ name, tensor }) => [Number(name), tensor.variable(false)]),
    )
  }
}

class SubclassOfAdam extends tf.AdamOptimizer {
  private steps = 0
  override applyGradients(gradients: Gradients | { name: string; tensor: tf.Tensor }[]) {
    this.steps++
    this.learningRate = 0.1 / this.steps
    super.applyGradients(gradients)
  }
}

class WithWeights extends ByHand {
  #velocities = new Map<string, tf.Variable>()
  protected change(variable: tf.Variable, gradient: tf.Tensor) {
    const own = this.#velocities.get(variable.name) ?? zeros(variable)
    this.#velocities.set(variable.name, own)
    own.assign(this.step(variable, own, gradient))
  }
  override async getWeights() {
    const weights = [...this.#velocities].map(([name, tensor]) => ({ name, tensor }))
    return [await this.saveIterations(), ...weights]
  }
  override async setWeights(given: { name: string; tensor: tf.Tensor }[]) {
    const weights = await this.extractIterations(given)
    this.#velocities = new Map(weights.map(({ name, tensor }) => [name, tensor.variable(false)]))
  }
}

const kinds: Readonly<Record<string, () => tf.Optimizer>> = {
  'a Map': () => new InMap(),
  'a Map by variable, of records': () => new InMapOfVariables(),
  'a record': () => new InRecord(),
  'a Map by id of variable': () => new InMapOfIds(),
  'a record by id of variable': () => new InRecordOfIds(),
  'a list of records with ids of variables': () => new InListWithIds(),
  'lists in the order of a list of ids': () => new InListByIds(),
  'Maps by place and step': () => new InMapOfPlaces(),
  'a list of variables': () => new InList(),
  'a plain counter': () => new WithCounter(),
  'typed arrays': () => new InTypedArray(),
  'slots as those of tfjs': () => new AsSlots(),
  'a wrapper around tf.train.adam': () => new Wrapper(),
  'a wrapper of no class': plainWrapper,
  'a class made from Adam': () => new SubclassOfAdam(0.1, 0.9, 0.999),
  'getWeights and setWeights': () => new WithWeights(),
  'getWeights and setWeights by id of variable': () => new WithWeightsById(),
}
const names = Object.keys(kinds)
const train = lineBatches(4)

/** Weights after these epochs, each with a module and an optimizer of its own, the snapshot as text. */
async function lives(make: () => tf.Optimizer, ends: readonly number[]) {
  let snapshot: Snapshot | undefined
  let weights: number[] = []
  for (const maxEpochs of ends) {
    const module = lineModule({ configureOptimizers: make })
    const trainer = new Trainer({ maxEpochs })
    await trainer.fit(module, { train }, snapshot ? { resumeFrom: snapshot } : {})
    const { meta, tensors } = await trainer.snapshot()
    snapshot = { meta: JSON.parse(JSON.stringify(meta)), tensors }
    weights = [...module.w.dataSync(), ...module.b.dataSync()]
    module.dispose()
  }
  return weights
}

describe('an optimizer of the user keeps its state through a snapshot', () => {
  it.each(names)('%s: 2 + 2 epochs are 4 epochs, to the bit', async (name) => {
    const make = kinds[name] as () => tf.Optimizer
    const whole = await lives(make, [4])
    expect(await lives(make, [2, 4])).toEqual(whole)
    expect(await lives(make, [1, 2, 3, 4])).toEqual(whole)
  })

  it.each(names)('%s: goes on in a second fit and leaves no tensor behind', async (name) => {
    const make = kinds[name] as () => tf.Optimizer
    const whole = await lives(make, [4])
    let kept: tf.Optimizer | undefined
    const module = lineModule({
      configureOptimizers: () => {
        kept ??= make()
        return kept
      },
    })
    const before = tf.memory().numTensors
    for (let run = 0; run < 2; run++) {
      await new Trainer({ maxEpochs: 2 }).fit(module, { train })
      expect(tf.memory().numTensors).toBe(before)
    }
    expect([...module.w.dataSync(), ...module.b.dataSync()]).toEqual(whole)
    module.dispose()
  })

  it.each(names)('%s: the same one goes back to what a snapshot says', async (name) => {
    const make = kinds[name] as () => tf.Optimizer
    const whole = await lives(make, [4])
    let kept: tf.Optimizer | undefined
    const configureOptimizers = () => {
      kept ??= make()
      return kept
    }
    const module = lineModule({ configureOptimizers })
    const before = tf.memory().numTensors
    const first = new Trainer({ maxEpochs: 2 })
    await first.fit(module, { train })
    const resumeFrom = await first.snapshot()
    await new Trainer({ maxEpochs: 3 }).fit(module, { train })
    await new Trainer({ maxEpochs: 4 }).fit(module, { train }, { resumeFrom })
    expect([...module.w.dataSync(), ...module.b.dataSync()]).toEqual(whole)
    expect(tf.memory().numTensors).toBe(before)
    module.dispose()
  })

  it('configuration counts when a run is resumed, also that of an optimizer inside', async () => {
    class Rate extends ByHand {
      private readonly inner: tf.Optimizer
      constructor(rate: number) {
        super()
        this.inner = tf.train.sgd(rate)
      }
      protected change() {}
      override applyGradients(given: unknown) {
        this.inner.applyGradients(given as Gradients)
      }
    }
    let rate = 0.1
    const module = lineModule({ configureOptimizers: () => new Rate(rate) })
    const first = new Trainer({ maxEpochs: 1 })
    await first.fit(module, { train })
    const resumeFrom = await first.snapshot()
    const weight = module.w.dataSync()[0]
    rate = 0
    await new Trainer({ maxEpochs: 2 }).fit(module, { train }, { resumeFrom })
    expect(module.w.dataSync()[0]).toBe(weight)
    module.dispose()
  })
})

class InPrivate extends ByHand {
  readonly #velocities = new Map<string, tf.Variable>()
  protected change(variable: tf.Variable, gradient: tf.Tensor) {
    const own = this.#velocities.get(variable.name) ?? zeros(variable)
    this.#velocities.set(variable.name, own)
    own.assign(this.step(variable, own, gradient))
  }
  override dispose() {
    tf.dispose([...this.#velocities.values()])
  }
}

class InWeakMap extends ByHand {
  readonly velocities = new WeakMap<tf.Variable, tf.Variable>()
  protected change(variable: tf.Variable, gradient: tf.Tensor) {
    const own = this.velocities.get(variable) ?? zeros(variable)
    this.velocities.set(variable, own)
    own.assign(this.step(variable, own, gradient))
  }
}

class InSet extends ByHand {
  readonly seen = new Set<string>()
  protected change(variable: tf.Variable, gradient: tf.Tensor) {
    this.step(variable, tf.zerosLike(variable), gradient, this.seen.has(variable.name) ? 1 : 0.5)
    this.seen.add(variable.name)
  }
}

class Velocity {
  steps = 0
}

class InInstances extends ByHand {
  readonly kept = new Map<string, Velocity>()
  protected change(variable: tf.Variable, gradient: tf.Tensor) {
    const own = this.kept.get(variable.name) ?? new Velocity()
    this.kept.set(variable.name, own)
    own.steps++
    this.step(variable, tf.zerosLike(variable), gradient, 1 / own.steps)
  }
}

/** Variables of a closure, made before the first step. */
const closed = () => {
  const inner = tf.train.momentum(0.05, 0.9)
  return {
    applyGradients: (gradients: Gradients) => inner.applyGradients(gradients),
  } as unknown as tf.Optimizer
}
const closedBeforehand = () => {
  const velocity = tf.tidy(() => tf.variable(tf.scalar(0), false))
  return {
    applyGradients: () => tf.tidy(() => velocity.assign(tf.add(velocity, 1) as tf.Scalar)),
  } as unknown as tf.Optimizer
}

describe('state of an optimizer that cannot be saved is refused', () => {
  it.each<[string, () => tf.Optimizer, RegExp]>([
    ['private fields', () => new InPrivate(), /REG_STATE_INVALID.*"main" keeps tensors where/],
    ['a closure', closed, /REG_STATE_INVALID.*"main" keeps tensors where/],
    ['variables of a closure', closedBeforehand, /REG_STATE_INVALID.*"main" keeps tensors where/],
    ['a WeakMap', () => new InWeakMap(), /REG_STATE_INVALID.*"main"/],
    ['a Set', () => new InSet(), /REG_STATE_INVALID.*"main" has in "seen" a Set/],
    [
      'instances',
      () => new InInstances(),
      /REG_STATE_INVALID.*"main" has in "kept\/.*" an instance/,
    ],
  ])('%s: when a snapshot is asked for, by name', async (_, make, text) => {
    const module = lineModule({ configureOptimizers: make })
    const trainer = new Trainer({ maxEpochs: 1 })
    await trainer.fit(module, { train })
    await expect(trainer.snapshot()).rejects.toThrow(text)
    module.dispose()
  })

  it('state that has no place in another kind of optimizer is a mismatch', async () => {
    const first = new Trainer({ maxEpochs: 1 })
    const module = lineModule({ configureOptimizers: () => new InMap() })
    await first.fit(module, { train })
    const resumeFrom = await first.snapshot()
    const other = lineModule({ configureOptimizers: () => tf.train.sgd(0.1) })
    await expect(
      new Trainer({ maxEpochs: 2 }).fit(other, { train }, { resumeFrom }),
    ).rejects.toThrow(/REG_CHECKPOINT_MISMATCH.*"velocities"/)
    module.dispose()
    other.dispose()
  })

  it('a damaged tree is told before anything is changed', async () => {
    const first = new Trainer({ maxEpochs: 1 })
    const module = lineModule({ configureOptimizers: () => new InMap() })
    await first.fit(module, { train })
    const { meta, tensors } = await first.snapshot()
    const state = [['velocities', { kind: 'map', items: [['w', { kind: 'tensor' }]] }]] as const
    const damaged = { ...meta, optimizers: { main: { iterations: 4, state } } }
    const resumeFrom = { meta: damaged, tensors } as unknown as Snapshot
    await expect(
      new Trainer({ maxEpochs: 2 }).fit(module, { train }, { resumeFrom }),
    ).rejects.toThrow(/REG_CHECKPOINT_MISMATCH.*"meta\.optimizers\.main\.state/)
    module.dispose()
  })
})
