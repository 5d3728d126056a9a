import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { definePlugin, type PluginEntry } from '@regimen/core'
import { checkpoint } from '@regimen/plugin-checkpoint'
import { earlyStopping } from '@regimen/plugin-early-stopping'
import { lrLogger } from '@regimen/plugin-lr-logger'
import { exponential, lrScheduler } from '@regimen/plugin-lr-scheduler'
import { progress } from '@regimen/plugin-progress'
import { seed } from '@regimen/plugin-seed'

/** A terminal that draws bars, and shows them to nobody. */
export const nullTerminal = { isTTY: true, columns: 100, rows: 30, write: () => true }

/** What a run with everything has: a checkpoint per epoch in a folder of its own, and the rest. */
export function allPlugins(): PluginEntry[] {
  const dir = mkdtempSync(join(tmpdir(), 'regimen-bench-'))
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }))
  const logger = definePlugin({
    name: 'null-logger',
    apply({ id, hooks, provide }) {
      provide('logger', { name: id })
      hooks.record.tap(id, () => undefined)
    },
  })
  return [
    seed(1),
    progress({ display: 'bars', stream: nullTerminal }),
    lrScheduler({ schedule: exponential({ gamma: 0.999 }) }),
    [logger, lrLogger()],
    earlyStopping({ monitor: 'loss', mode: 'min', patience: 1e6, checkOn: 'epoch' }),
    checkpoint({
      dir,
      monitor: 'loss',
      mode: 'min',
    }),
  ]
}
