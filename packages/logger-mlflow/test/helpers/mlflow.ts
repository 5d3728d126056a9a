import type { Plugin } from '@regimen/core'
import { onTestFinished } from 'vitest'
import { type MlflowLoggerOptions, mlflowLogger } from '../../src/index.js'
import { FakeMlflow } from '../fake-mlflow/fake-mlflow.js'

/** A tracking server that is stopped after the test, and a logger that knows where it is. */
export async function mlflow(authorization?: string) {
  const fake = new FakeMlflow(authorization)
  await fake.service.up()
  onTestFinished(() => fake.service.down())
  const logger = (own: MlflowLoggerOptions = {}): Plugin =>
    // Threads are tried by the failure suite; starting one takes seconds on a busy machine.
    mlflowLogger({ trackingUri: fake.url, logSource: false, thread: false, ...own })
  return { fake, logger }
}
