import * as tf from '@tensorflow/tfjs-core'
import { firstDifference } from '../contract/first-difference.js'
import { describeLeak } from '../tensor-leak.js'
import { useBackend } from '../use-backend.js'
import { Reading, readEpochs, type TriedLoader, throughText } from './reading.js'
import { trainerScenarios } from './trainer-scenarios.js'

/** How a loader is tried. */
export interface LoaderContractOptions {
  /** Epochs that are compared. Default 3. */
  readonly epochs?: number
  /**
   * How many files, readers or iterations the sources of the loaders have open. Read after every trial:
   * it must be what it was.
   */
  readonly open?: () => number
}

/** Lists everything that a loader does wrong. */
export class LoaderContractError extends Error {
  override readonly name = 'LoaderContractError'
  /** One line per fault: the point of the contract, what is wrong and where. */
  readonly failures: readonly string[]

  constructor(failures: readonly string[]) {
    const count = failures.length === 1 ? 'one thing' : `${failures.length} things`
    super(
      `The loader does ${count} that its contract forbids:${failures.map((text) => `\n  - ${text}`).join('')}`,
    )
    this.failures = failures
  }
}

/**
 * Tries a loader in some dozens of short iterations, and checks what a trainer relies on. Equal loaders
 * give equal batches; `size` is the number of batches; at each position of each epoch, a state that
 * went through JSON text resumes in a new loader with the same rest and the same later epochs; a wrong
 * state is refused and changes nothing; an iteration that stops early, in a loop or in a run whose
 * batches are limited, that fails or is aborted, leaves nothing open and no tensor, and the next epoch
 * is as it would have been.
 *
 * @param factory makes a loader of the same data, of at least one batch: the same each time, so with a seed
 * @throws LoaderContractError with a line for each thing that is wrong
 * @example
 * ```ts no-run
 * it('keeps the loader contract', () =>
 *   loaderContract(() => myLoader(rows, { seed: 1 }), { open: () => openFiles }))
 * ```
 */
export async function loaderContract(
  factory: () => TriedLoader | Promise<TriedLoader>,
  { epochs = 3, open = () => 0 }: LoaderContractOptions = {},
): Promise<void> {
  await useBackend()
  const failures: string[] = []
  const reference = await readEpochs(await factory(), epochs + 1)
  const trial: Trial = { factory, epochs, reference }
  const points = { batches, resume, refusal, early, trainer: trainerScenarios(factory) }
  for (const [point, run] of Object.entries(points)) {
    const [opened, before] = [open(), tf.memory()]
    const fail = (text: string) => failures.push(`${point}: ${text}`)
    try {
      await run(trial, fail)
    } catch (thrown) {
      fail(`it fails: ${String(thrown)}`)
    }
    const leak = describeLeak(before, tf.memory())
    if (leak !== undefined) fail(`${leak}; dispose of what nobody took.`)
    if (open() !== opened) {
      fail(
        `${open() - opened} of what its sources opened are still open; close them in return().`,
      )
    }
  }
  if (failures.length > 0) throw new LoaderContractError(failures)
}

interface Trial {
  readonly factory: () => TriedLoader | Promise<TriedLoader>
  readonly epochs: number
  /** The batches of one epoch more than are compared. */
  readonly reference: readonly (readonly unknown[])[]
}

type Point = (trial: Trial, fail: (text: string) => void) => Promise<void>

const batches: Point = async ({ factory, epochs, reference }, fail) => {
  const loader = await factory()
  const again = await readEpochs(loader, epochs)
  const difference = firstDifference(reference.slice(0, epochs), again)
  if (difference) fail(`two equal loaders differ: epochs${difference}`)
  if (reference.some((epoch) => epoch.length === 0)) fail('an epoch has no batch')
  const { size } = loader
  const wrong = reference.find((epoch) => size !== undefined && epoch.length !== size)
  if (wrong) fail(`its size is ${size}, but an epoch has ${wrong.length} batches`)
  const reading = new Reading(loader)
  await reading.take()
  const more = await reading.take(1)
  if (more.length > 0) fail('an iteration that has ended gives another batch')
}

const resume: Point = async ({ factory, epochs, reference }, fail) => {
  for (let epoch = 0; epoch < epochs; epoch++) {
    const expected = reference[epoch] as readonly unknown[]
    for (let batch = 0; batch <= expected.length; batch++) {
      const where = `at batch ${batch} of epoch ${epoch}`
      const loader = await factory()
      await readEpochs(loader, epoch)
      const reading = new Reading(loader)
      await reading.take(batch)
      const saved = throughText(loader.state())
      await reading.return()
      const other = await factory()
      other.restore(saved)
      const same = firstDifference(saved, throughText(other.state()), 'state')
      if (same) fail(`restored ${where}, ${same}`)
      let rest = await new Reading(other).take()
      // The end of an epoch and the beginning of the next one may be the same position.
      const isEnd = batch === expected.length && rest.length === 0
      if (isEnd) rest = await new Reading(other).take()
      const wanted =
        batch === expected.length ? reference[epoch + 1] : expected.slice(batch)
      const difference = firstDifference(wanted, rest, 'rest')
      if (difference) fail(`resumed ${where}, ${difference}`)
      if (difference || batch === expected.length) continue
      const [next] = await readEpochs(other, 1)
      const later = firstDifference(reference[epoch + 1], next, 'the next epoch')
      if (later) fail(`resumed ${where}, ${later}`)
    }
  }
}

const refusal: Point = async ({ factory, reference }, fail) => {
  const loader = await factory()
  for (const wrong of [null, 3, 'text', [], {}, { epoch: -1, batch: 0 }]) {
    try {
      loader.restore(wrong)
    } catch {
      continue
    }
    fail(`restore takes ${JSON.stringify(wrong)}; refuse what state() never returned.`)
  }
  const [first] = await readEpochs(loader, 1)
  const difference = firstDifference(reference[0], first, 'epoch 0')
  if (difference) fail(`after a state that it refused, ${difference}`)
}

const early: Point = async ({ factory, reference }, fail) => {
  const first = reference[0] as readonly unknown[]
  for (let batch = 0; batch <= first.length; batch++) {
    const loader = await factory()
    const reading = new Reading(loader)
    await reading.take(batch)
    await reading.return()
    await reading.return()
    if ((await reading.take(1)).length > 0) fail('it gives a batch after return()')
    const wanted = batch === 0 ? reference[0] : reference[1]
    const [next] = await readEpochs(loader, 1)
    const difference = firstDifference(wanted, next, 'the next epoch')
    if (difference) fail(`stopped after ${batch} batches, ${difference}`)
  }
}
