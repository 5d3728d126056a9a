import { definePlugin, type Plugin, type RunInfo } from '@regimen/core'
import type * as tf from '@tensorflow/tfjs-core'
import { freezeBatchNorm, layersOf } from './batch-norm.js'
import { isFrozen, type Progress } from './frozen.js'
import {
  type FreezeOptions,
  type NamedGroup,
  options,
  resolveOptions,
} from './options.js'
import { ScaledSteps } from './scaled-steps.js'
import { matching } from './variable-pattern.js'

declare module '@regimen/core' {
  interface PluginOptionsMap {
    freeze: FreezeOptions
  }
}

/** A variable of a group, and whether it was trainable before. */
interface Member {
  readonly name: string
  readonly variable: tf.Variable
  readonly group: NamedGroup
  readonly wasTrainable: boolean
}

/**
 * Freezes and unfreezes variables on a schedule. What is frozen depends on epochs and steps only, so a
 * resumed run continues in the right phase; when the fit ends, all are as they were.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN; REG_OPTION_INVALID in `setup` for a pattern that matches nothing
 * @example
 * new Trainer({ plugins: [freeze({ match: 'body/*', until: { epochs: 3 }, rate: 0.1 })] })
 */
export function freeze(input: FreezeOptions): Plugin {
  const { groups, batchNorm, id: name } = resolveOptions(input)
  return definePlugin({
    name: 'freeze',
    recipe: { factory: freeze, options: input, schema: options },
    id: name,
    apply({ id, hooks, tf: tfjs, report }) {
      let members: readonly Member[] = []
      let total = 0
      let frozen: ReadonlySet<tf.Tensor> = new Set()
      let rates: ReadonlyMap<tf.Variable, number> = new Map()
      let phase: string | undefined
      let undoBatchNorm: (() => void) | undefined
      const steps = new ScaledSteps(tfjs)

      const enter = (progress: Progress) => {
        const still = groups.map((group) => isFrozen(group, progress))
        const next = still.join()
        if (next === phase) return
        phase = next
        const isStill = ({ group }: Member) => still[groups.indexOf(group)] === true
        for (const member of members)
          member.variable.trainable = member.wasTrainable && !isStill(member)
        const held = members.filter(isStill)
        frozen = new Set(held.map(({ variable }) => variable))
        const scaled = members.filter(
          (member) => !isStill(member) && (member.group.rate ?? 1) !== 1,
        )
        rates = new Map(scaled.map(({ variable, group }) => [variable, group.rate ?? 1]))
        const amount = `${held.length} of ${total} variables`
        report.info(`Epoch ${progress.epoch + 1}: ${amount} are frozen.`)
      }

      hooks.setup.tap(id, ({ stage, run }) => {
        if (stage !== 'fit') return
        members = membersOf(run, groups)
        total = Object.keys(run.variables).length
        phase = undefined
        if (batchNorm === 'train') return
        const layers = layersOf(run.module)
        if (layers) {
          undoBatchNorm = freezeBatchNorm(layers, (variable) => frozen.has(variable))
          return
        }
        const statistic = members.find(({ wasTrainable }) => !wasTrainable)
        if (statistic)
          report.info(
            `"${statistic.name}" is not trained by gradients: a trainingStep that updates it, as batch ` +
              'normalization does, still does while it is frozen. Only the layers of a layersModule can be told.',
          )
      })

      hooks.batchStart.tap(id, ({ epoch, step }) => enter({ epoch, step }))
      hooks.stepStart.tap(id, () => steps.begin(rates))
      hooks.stepEnd.tap(id, ({ outcome }) =>
        outcome === 'completed' ? steps.end() : steps.dispose(),
      )

      hooks.teardown.tap(id, ({ stage }) => {
        if (stage !== 'fit') return
        steps.dispose()
        undoBatchNorm?.()
        undoBatchNorm = undefined
        for (const { variable, wasTrainable } of members)
          variable.trainable = wasTrainable
        members = []
        frozen = new Set()
        rates = new Map()
      })
    },
  })
}

/** The variables of the groups; the first group that matches one has it. @throws REG_OPTION_INVALID */
function membersOf({ variables }: RunInfo, groups: readonly NamedGroup[]): Member[] {
  const names = Object.keys(variables)
  const taken = new Map<string, NamedGroup>()
  for (const group of groups)
    for (const name of matching(group.match, names, group.option))
      if (!taken.has(name)) taken.set(name, group)
  return [...taken].map(([name, group]) => {
    const variable = variables[name] as tf.Variable
    return { name, variable, group, wasTrainable: variable.trainable }
  })
}
