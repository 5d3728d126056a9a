import type { Json } from '@regimen/core'
import { type Dimension, placeOf, valueAt } from './space.js'

/** A value that was tried, and how good it was: less is better. */
export interface Observation {
  readonly value: Json
  readonly score: number
}

/** Candidates that are drawn where good values lie, of which the most promising is taken. */
const CANDIDATES = 24
/** Share of the observations that count as good, and at most how many. */
const GOOD_SHARE = 0.25
const MOST_GOOD = 25

/**
 * The next value of one parameter by the tree-structured Parzen estimator: of candidates drawn from the density of the
 * good values, the one at which that density is largest beside the density of the others. Parameters are
 * taken one by one, as independent. Source: J. Bergstra, R. Bardenet, Y. Bengio, B. Kégl, Algorithms for
 * Hyper-Parameter Optimization, NeurIPS 2011, section 4.
 *
 * @param random numbers from 0 to 1
 */
export function tpeValue(
  dimension: Dimension,
  observations: readonly Observation[],
  random: () => number,
): Json {
  const sorted = observations.toSorted((a, b) => a.score - b.score)
  const size = Math.min(MOST_GOOD, Math.ceil(GOOD_SHARE * sorted.length))
  const good = sorted.slice(0, size).map(({ value }) => value)
  const others = sorted.slice(size).map(({ value }) => value)
  return dimension.kind === 'choice'
    ? likelyChoice(dimension.values, good, others, random)
    : likelyPlace(dimension, good, others, random)
}

function likelyChoice(
  values: readonly Json[],
  good: readonly Json[],
  others: readonly Json[],
  random: () => number,
): Json {
  const [likely, unlikely] = [sharesOf(values, good), sharesOf(values, others)]
  const candidates = Array.from({ length: CANDIDATES }, () => drawn(likely, random()))
  const ratio = (index: number) => (likely[index] as number) / (unlikely[index] as number)
  return values[bestOf(candidates, ratio)] as Json
}

/** How often each value occurs, with one more of each as if there had been: no share is 0. */
function sharesOf(values: readonly Json[], found: readonly Json[]): number[] {
  const texts = found.map((value) => JSON.stringify(value))
  const counts = values.map((value) => {
    const text = JSON.stringify(value)
    return 1 + texts.filter((one) => one === text).length
  })
  return counts.map((count) => count / (found.length + values.length))
}

function drawn(shares: readonly number[], at: number): number {
  let sum = 0
  const index = shares.findIndex((share) => {
    sum += share
    return at < sum
  })
  return index < 0 ? shares.length - 1 : index
}

function likelyPlace(
  dimension: Dimension,
  good: readonly Json[],
  others: readonly Json[],
  random: () => number,
): Json {
  const places = (values: readonly Json[]) =>
    values.map((value) => placeOf(dimension, value))
  const [likely, unlikely] = [mixtureOf(places(good)), mixtureOf(places(others))]
  const candidates = Array.from({ length: CANDIDATES }, () => drawFrom(likely, random))
  const ratio = (place: number) => densityAt(likely, place) - densityAt(unlikely, place)
  return valueAt(dimension, bestOf(candidates, ratio))
}

/** A bell curve on the interval from 0 to 1. */
interface Bell {
  readonly mean: number
  readonly width: number
}

/**
 * A bell at each place, as wide as the way to its farther neighbour, and one over the whole interval, which keeps
 * every place possible.
 */
function mixtureOf(places: readonly number[]): Bell[] {
  const sorted = [...places, 0.5].toSorted((a, b) => a - b)
  const least = 1 / Math.min(100, sorted.length + 1)
  const bells = places.map((mean) => {
    const index = sorted.indexOf(mean)
    const below = mean - (sorted[index - 1] ?? 0)
    const above = (sorted[index + 1] ?? 1) - mean
    return { mean, width: Math.min(1, Math.max(least, below, above)) }
  })
  return [...bells, { mean: 0.5, width: 1 }]
}

/** A place of a mixture within the interval. */
function drawFrom(bells: readonly Bell[], random: () => number): number {
  const { mean, width } = bells[Math.floor(random() * bells.length)] as Bell
  for (let attempt = 0; attempt < 100; attempt++) {
    // Box and Muller 1958.
    const radius = Math.sqrt(-2 * Math.log(1 - random()))
    const place = mean + width * radius * Math.cos(2 * Math.PI * random())
    if (place >= 0 && place < 1) return place
  }
  return Math.min(1 - 1e-9, Math.max(0, mean))
}

/** The logarithm of a mixture's density. */
function densityAt(bells: readonly Bell[], place: number): number {
  const sum = bells.reduce((total, { mean, width }) => {
    const inside = share((1 - mean) / width) - share(-mean / width)
    return total + Math.exp(-0.5 * ((place - mean) / width) ** 2) / (width * inside)
  }, 0)
  return Math.log(sum / bells.length)
}

/** The share of a bell curve below a place; Abramowitz and Stegun 1964, 7.1.26, to seven digits. */
function share(place: number): number {
  const x = Math.abs(place) / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * x)
  const series =
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t +
      0.254829592) *
    t
  const erf = 1 - series * Math.exp(-x * x)
  return 0.5 * (1 + Math.sign(place) * erf)
}

function bestOf(
  candidates: readonly number[],
  ratio: (candidate: number) => number,
): number {
  const [first = 0, ...rest] = candidates
  return rest.reduce((best, next) => (ratio(next) > ratio(best) ? next : best), first)
}
