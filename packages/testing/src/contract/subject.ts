import type { Plugin } from '@regimen/core'
import {
  Bench,
  type Common,
  type ContractOutcome,
  describeError,
  type FitVariant,
} from './bench.js'
import { firstDifference } from './first-difference.js'
import type { RejectionWatch } from './rejection-watch.js'
import type { ResourceWatch } from './resource-watch.js'

/** A plugin on trial, and what a point of the contract needs to try it. */
export interface Subject {
  /** Makes a new plugin. */
  readonly make: () => Plugin
  readonly factory: (options?: { readonly id: string }) => Plugin
  readonly common: Common
  /** How an undisturbed fit of a new plugin went, and what was seen of the plugin in it. */
  readonly reference: ContractOutcome
  readonly bench: Bench
  readonly resources: ResourceWatch
  readonly rejections: RejectionWatch
  readonly readme: string | URL | undefined
  /** What of two outcomes must be equal. */
  readonly comparable: (outcome: ContractOutcome) => unknown
}

/** Tries one point of the contract: what is wrong, and what to do, for each thing that is wrong. */
export type Point = (subject: Subject) => readonly string[] | Promise<readonly string[]>

/** Where two outcomes differ in what must be equal, in words. */
export function difference(
  { comparable }: Subject,
  expected: ContractOutcome,
  found: ContractOutcome,
): string | undefined {
  return firstDifference(comparable(expected), comparable(found))
}

/** A fit with a new trainer, and by default a new plugin. */
export async function freshFit(
  subject: Subject,
  variant: FitVariant = {},
  plugin = subject.make(),
): Promise<ContractOutcome> {
  const bench = new Bench(plugin, subject.common)
  try {
    return await bench.fit(variant)
  } finally {
    await bench.trainer.dispose()
  }
}

/** The outcome of a fit, or how it failed. */
export async function attempted(
  fit: () => Promise<ContractOutcome>,
): Promise<{ readonly outcome: ContractOutcome } | { readonly error: string }> {
  try {
    return { outcome: await fit() }
  } catch (thrown) {
    return { error: describeError(thrown) }
  }
}
