import { checkAmount } from './amounts.js'
import { type ImageStep, imageStep, mapPixels } from './pixels.js'

/** Adds to each image a number between `-amount` and `amount`. */
export function randomBrightness(amount: number): ImageStep {
  checkAmount(amount, { owner: 'randomBrightness', name: 'amount' })
  return imageStep('randomBrightness', (source, target, random) => {
    const added = random.uniform(-amount, amount)
    mapPixels(source, target, (value) => value + added)
  })
}

/** Moves the numbers of each image from their mean, by a factor between `1 - amount` and `1 + amount`. */
export function randomContrast(amount: number): ImageStep {
  checkAmount(amount, { owner: 'randomContrast', name: 'amount', upTo: 1 })
  return imageStep('randomContrast', (source, target, random) => {
    const factor = random.uniform(1 - amount, 1 + amount)
    const { start, height, width, channels } = source
    const size = height * width * channels
    let sum = 0
    for (let index = 0; index < size; index++) sum += source.data[start + index] as number
    const mean = sum / size
    mapPixels(source, target, (value) => mean + (value - mean) * factor)
  })
}

/** Adds noise of a normal distribution with a deviation to each number. */
export function randomNoise(deviation: number): ImageStep {
  checkAmount(deviation, { owner: 'randomNoise', name: 'deviation' })
  return imageStep('randomNoise', (source, target, random) => {
    mapPixels(source, target, (value) => value + random.normal() * deviation)
  })
}

/** Several steps, one after the other; what comes between is disposed of. */
export function imageSteps(...steps: readonly ImageStep[]): ImageStep {
  return (images, random) => {
    let latest = images
    for (const step of steps) {
      const next = step(latest, random)
      if (latest !== images && latest !== next) latest.dispose()
      latest = next
    }
    return latest
  }
}
