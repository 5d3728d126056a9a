import { importPackage } from '@regimen/core/config'
import type * as Sweep from '@regimen/plugin-sweep'
import { tools } from '../config-tools.js'
import { UsageError } from '../usage-error.js'

const PACKAGE = '@regimen/plugin-sweep'

/** What `@regimen/plugin-sweep` exports. @throws UsageError where it is not installed */
export async function sweepPackage(from: string): Promise<typeof Sweep> {
  const found = await importPackage(PACKAGE, from, tools)
  if (typeof found?.runSweep === 'function') return found as typeof Sweep
  throw new UsageError(
    `${PACKAGE} is not installed, as seen from ${from}. Run npm install ${PACKAGE}.`,
  )
}
