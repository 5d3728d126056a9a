import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { unmirrored } from '../tooling/unmirrored.mjs'

const packages = fileURLToPath(new URL('../packages', import.meta.url))
const sources = readdirSync(packages).flatMap(sourcesOf)

function sourcesOf(name: string): { readonly path: string; readonly text: string }[] {
  return readdirSync(join(packages, name, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(name, 'src', path))
    .map((path) => ({ path, text: readFileSync(join(packages, path), 'utf8') }))
}

/** The places of what a pattern finds in the sources of some folders, as `file: text`. */
function found(pattern: RegExp, isMeant = (_path: string) => true): string[] {
  return sources
    .filter(({ path }) => isMeant(path))
    .flatMap(({ path, text }) => [...text.matchAll(pattern)].map(([match]) => `${path}: ${match}`))
}

it('no source file of any package is longer than 220 lines, comments included', () => {
  const lengths = sources.map(
    ({ path, text }) => [path, text.trimEnd().split('\n').length] as const,
  )
  expect(lengths.length).toBeGreaterThan(50)
  expect(lengths.filter(([, length]) => length > 220)).toEqual([])
})

describe('grep finds it:', () => {
  it('the name of a hook and the key of a message are never a template', () => {
    expect(found(/\b(?:(?:emit|emitSync|say)\(\s*`|fail\(\s*`REG_).*\$\{.*/g)).toEqual([])
  })

  it('no hook is emitted by a name that is computed', () => {
    expect(found(/\bhooks\[(?!emit\])\w+\]\(.*/g)).toEqual([])
  })

  it('nothing is assigned onto the state of a loop', () => {
    const ontoState =
      /Object\.assign\((?:this\.|run\.|session\.)?(?:this|run|session|state)\b(?!\.).*/g
    expect(found(ontoState)).toEqual([])
  })
})

it('an index is for the outside: only another index names it', () => {
  const inside = (path: string) => !path.endsWith('/index.ts')
  expect(found(/from '\.\.?\/(?:[^']*\/)?index\.js'/g, inside)).toEqual([])
})

it('core has about 38 characters at most in a line of code, without indentation', () => {
  const lines = sources.filter(({ path }) => path.startsWith('core/')).flatMap(codeLines)
  const characters = lines.reduce((sum, line) => sum + line.length, 0)
  expect(lines.length).toBeGreaterThan(1000)
  const average = characters / lines.length
  process.stdout.write(`core has ${average.toFixed(1)} characters in a line of code\n`)
  expect(average).toBeLessThanOrEqual(38)
})

/** Pure rules without a test of their name, each with the test that has its cases. */
const testedElsewhere: Readonly<Record<string, string>> = {
  'cli/src/dotted-path.ts': 'cli/test/settings.test.ts',
  'cli/src/flags.ts': 'cli/test/arguments.test.ts',
  'cli/src/completion/scripts.ts': 'cli/test/completion/shells.system.test.ts',
  'backend-node/src/options.ts': 'backend-node/test/gpus.test.ts',
  'backend-wasm/src/capture/recording.ts': 'plugin-compile/test/compile.test.ts',
  'backend-wasm/src/engine/kernel-bytes.ts': 'backend-wasm/test/install.system.test.ts',
  'backend-wasm/src/engine/relaxed-kernel-bytes.ts': 'backend-wasm/test/install.system.test.ts',
  'backend-wasm/src/engine/module-bytes.ts': 'backend-wasm/test/engine/wide.test.ts',
  'backend-wasm/src/engine/wide-check.ts': 'backend-wasm/test/engine/wide.test.ts',
  'backend-wasm/src/engine/wide-kernel-bytes.ts': 'backend-wasm/test/engine/wide.test.ts',
  'backend-wasm/src/kernels/broadcast.ts': 'backend-wasm/test/kernels/binary.test.ts',
  'backend-wasm/src/kernels/task-share.ts': 'backend-wasm/test/kernels/binary.test.ts',
  'backend-wasm/src/kernels/work.ts': 'backend-wasm/test/product.test.ts',
  'backend-wasm/src/softmax.ts': 'backend-wasm/test/other-inputs.test.ts',
  'backend-wasm/src/without-strings.ts': 'backend-wasm/test/refused-inputs.test.ts',
  'cli/src/commands.ts': 'cli/test/arguments.test.ts',
  'cli/src/help.ts': 'cli/test/process.system.test.ts',
  'cli/src/run-commands/runs-context.ts': 'cli/test/run-commands/runs.test.ts',
  'cli/src/setting-lines.ts': '../test/option-tables.test.ts',
  'cli/src/usage-error.ts': 'cli/test/arguments.test.ts',
  'core/src/config/check-config.ts': 'core/test/config/load-config.system.test.ts',
  'core/src/config/define-config.ts': 'core/test/config/define-config.test-d.ts',
  'core/src/trial.ts': 'plugin-lr-finder/test/lr-finder.test.ts',
  'core/src/state/learning-rate.ts': 'plugin-lr-scheduler/test/lr-scheduler.test.ts',
  'core/src/floor/compound-kinds.ts': 'core/test/floor/option-kinds.test.ts',
  'core/src/floor/option-kind.ts': 'core/test/floor/option-kinds.test.ts',
  'core/src/layers/compiled.ts': 'core/test/layers/layers-module.test.ts',
  'core/src/layers/in-order.ts': 'core/test/layers/layers-module.test.ts',
  'core/src/layers/untrainable-rules.ts': 'core/test/layers/untrainable.test.ts',
  'core/src/plugins/installed-plugin.ts': 'core/test/plugins/host.test.ts',
  'core/src/run/explain.ts': 'core/test/plugins/host.test.ts',
  'core/src/run/run-schedules.ts': 'core/test/trainer/log-schedule.test.ts',
  'core/src/state/options.ts': 'core/test/conformance/limits.test.ts',
  'dashboard/src/server/guard.ts': 'dashboard/test/server/serve.test.ts',
  'dashboard/src/server/watchers.ts': 'dashboard/test/server/serve.test.ts',
  'create-regimen/src/choices.ts': 'create-regimen/test/projects.test.ts',
  'create-regimen/src/help.ts': 'create-regimen/test/run.test.ts',
  'create-regimen/src/plugin-files.ts': 'create-regimen/test/run.test.ts',
  'create-regimen/src/project-files.ts': 'create-regimen/test/run.test.ts',
  'create-regimen/src/trainer-config.ts': 'create-regimen/test/projects.test.ts',
  'data/src/columns.ts': 'data/test/resolve-columns.test.ts',
  'data/src/image-folder/image-options.ts': 'data/test/image-folder/from-images.test.ts',
  'data/src/images/amounts.ts': 'data/test/images/image-steps.test.ts',
  'data/src/pick-rows.ts': 'data/test/split.test.ts',
  'data/src/rows/row-keys.ts': 'data/test/rows/folds.test.ts',
  'data/src/sequences/padding.ts': 'data/test/sequences/pad-to.test.ts',
  'data/src/transforms/running-moments.ts': 'data/test/transforms/normalize.test.ts',
  'data/src/files/digest.ts': 'data/test/csv/csv-files.test.ts',
  'data/src/files/no-files.ts': 'data/test/readme.system.test.ts',
  'data/src/text/text-coder.ts': 'data/test/text/tokenizer.test.ts',
  'data/src/text/tokenizer-json.ts': 'data/test/text/tokenizer.test.ts',
  'data/src/table/cell-error.ts': 'data/test/csv/from-csv.test.ts',
  'data/src/table/cell-reader.ts': 'data/test/csv/from-csv.test.ts',
  'data/src/table/data-error.ts': 'data/test/csv/csv-files.test.ts',
  'data/src/table/file-identity.ts': 'data/test/csv/csv-files.test.ts',
  'data/src/table/fit-column.ts': 'data/test/csv/from-csv.test.ts',
  'data/src/table/layout.ts': 'data/test/csv/from-csv.test.ts',
  'data/src/table/row-plan.ts': 'data/test/csv/from-csv.test.ts',
  'data/src/table/table-columns.ts': 'data/test/csv/from-csv.test.ts',
  'data/src/table/table-options.ts': 'data/test/csv/from-csv.test.ts',
  'export/src/card/model-tables.ts': 'export/test/card/model-card.test.ts',
  'export/src/card/training-facts.ts': 'export/test/card/model-card.test.ts',
  'export/src/model/held-layer.ts': 'export/test/onnx/convert-model.test.ts',
  'export/src/model/layers-model.ts': 'export/test/tfjs/export-tfjs.test.ts',
  'export/src/onnx/activation.ts': 'export/test/onnx/layers/table.test.ts',
  'export/src/onnx/graph/graph.ts': 'export/test/onnx/convert-model.test.ts',
  'export/src/onnx/graph/value.ts': 'export/test/onnx/convert-model.test.ts',
  'export/src/onnx/layer-call.ts': 'export/test/onnx/layers/table.test.ts',
  'export/src/onnx/layers/activations.ts': 'export/test/onnx/layers/table.test.ts',
  'export/src/onnx/layers/convolution.ts': 'export/test/onnx/layers/table.test.ts',
  'export/src/onnx/layers/dense.ts': 'export/test/onnx/layers/table.test.ts',
  'export/src/onnx/layers/dot.ts': 'export/test/onnx/layers/table.test.ts',
  'export/src/onnx/layers/image.ts': 'export/test/onnx/layers/table.test.ts',
  'export/src/onnx/layers/merge.ts': 'export/test/onnx/layers/table.test.ts',
  'export/src/onnx/layers/normalization.ts': 'export/test/onnx/layers/table.test.ts',
  'export/src/onnx/layers/pooling.ts': 'export/test/onnx/layers/table.test.ts',
  'export/src/onnx/layers/recurrent.ts': 'export/test/onnx/layers/table.test.ts',
  'export/src/onnx/layers/shapes.ts': 'export/test/onnx/layers/table.test.ts',
  'export/src/onnx/layers/wrappers.ts': 'export/test/onnx/layers/table.test.ts',
  'export/src/onnx/masks.ts': 'export/test/onnx/convert-model.test.ts',
  'export/src/onnx/refusal.ts': 'export/test/onnx/convert-model.test.ts',
  'logger-comet/src/camel-case.ts': 'logger-comet/test/options.test.ts',
  'logger-kit/src/plugin/common-options.ts': 'logger-kit/test/plugin/logger-plugin.system.test.ts',
  'logger-kit/src/plugin/definition.ts': 'logger-kit/test/plugin/logger-plugin.system.test.ts',
  'logger-kit/src/plugin/record-intake.ts': 'logger-kit/test/plugin/recorder.test.ts',
  'logger-kit/src/plugin/service.ts': 'logger-kit/test/plugin/logger-plugin.system.test.ts',
  'logger-kit/src/record/entry.ts': 'logger-kit/test/record/packet.test.ts',
  'logger-kit/src/writer/logger-error.ts': 'logger-kit/test/http/logger-fetch.test.ts',
  'logger-otel/src/export-report.ts': 'logger-otel/test/collector.test.ts',
  'logger-otel/src/run-meters.ts': 'logger-otel/test/otel-logger.test.ts',
  'logger-otel/src/tap-meters.ts': 'logger-otel/test/otel-logger.test.ts',
  'logger-tensorboard/src/graph-def.ts': 'logger-tensorboard/test/event.test.ts',
  'logger-tensorboard/src/hparams.ts': 'logger-tensorboard/test/event.test.ts',
  'logger-tensorboard/src/summary.ts': 'logger-tensorboard/test/event.test.ts',
  'logger-tensorboard/src/tensor.ts': 'logger-tensorboard/test/event.test.ts',
  'metrics/src/classification/options.ts': 'metrics/test/evaluate/evaluate.test.ts',
  'metrics/src/curves/class-areas.ts': 'metrics/test/edges.test.ts',
  'metrics/src/curves/options.ts': 'metrics/test/torchmetrics.test.ts',
  'metrics/src/floor/fault.ts': 'metrics/test/evaluate/evaluate.test.ts',
  'plugin-alert/src/alert-event.ts': 'plugin-alert/test/rules.test.ts',
  'plugin-alert/src/options.ts': 'plugin-alert/test/rules.test.ts',
  'plugin-alert/src/outbox.ts': 'plugin-alert/test/alert.test.ts',
  'plugin-alert/src/run-command.ts': 'plugin-alert/test/alert.test.ts',
  'plugin-alert/src/stall-watch.ts': 'plugin-alert/test/rules.test.ts',
  'plugin-alert/src/webhook.ts': 'plugin-alert/test/alert.test.ts',
  'plugin-batch-finder/src/options.ts': 'plugin-batch-finder/test/search.test.ts',
  'plugin-batch-finder/src/try-size.ts': 'plugin-batch-finder/test/batch-finder.test.ts',
  'plugin-ema/src/options.ts': 'plugin-ema/test/averaging.test.ts',
  'plugin-ema/src/saved-average.ts': 'plugin-ema/test/lives.test.ts',
  'plugin-ema/src/swa-rates.ts': 'plugin-ema/test/ema.test.ts',
  'plugin-freeze/src/frozen.ts': 'plugin-freeze/test/rules.test.ts',
  'plugin-freeze/src/gradual.ts': 'plugin-freeze/test/rules.test.ts',
  'plugin-freeze/src/options.ts': 'plugin-freeze/test/rules.test.ts',
  'plugin-freeze/src/variable-pattern.ts': 'plugin-freeze/test/rules.test.ts',
  'plugin-lr-finder/src/options.ts': 'plugin-lr-finder/test/range.test.ts',
  'plugin-lr-finder/src/picture-file.ts': 'plugin-lr-finder/test/lr-finder.test.ts',
  'plugin-lr-finder/src/picture.ts': 'plugin-lr-finder/test/range.test.ts',
  'plugin-lr-finder/src/range-test.ts': 'plugin-lr-finder/test/lr-finder.test.ts',
  'plugin-mixup/src/batch-parts.ts': 'plugin-mixup/test/mixup.test.ts',
  'plugin-mixup/src/mix.ts': 'plugin-mixup/test/mixup.test.ts',
  'plugin-mixup/src/options.ts': 'plugin-mixup/test/draws.test.ts',
  'plugin-freeze/src/batch-norm.ts': 'plugin-freeze/test/freeze.test.ts',
  'plugin-freeze/src/scaled-steps.ts': 'plugin-freeze/test/freeze.test.ts',
  'plugin-checkpoint/src/plan.ts': 'plugin-checkpoint/test/schedules.test.ts',
  'plugin-compile/src/options.ts': 'plugin-compile/test/compile.test.ts',
  'plugin-early-stopping/src/options.ts': 'plugin-early-stopping/test/early-stopping.test.ts',
  'plugin-lr-logger/src/options.ts': 'plugin-lr-logger/test/lr-logger.test.ts',
  'plugin-lr-scheduler/src/driver.ts': 'plugin-lr-scheduler/test/lr-scheduler.test.ts',
  'plugin-lr-scheduler/src/drivers-of.ts': 'plugin-lr-scheduler/test/lr-scheduler.test.ts',
  'plugin-lr-scheduler/src/learning-rate.ts': 'plugin-lr-scheduler/test/lr-scheduler.test.ts',
  'plugin-lr-scheduler/src/options.ts': 'plugin-lr-scheduler/test/lr-scheduler.test.ts',
  'plugin-lr-scheduler/src/schedule.ts': 'plugin-lr-scheduler/test/schedules.test.ts',
  'plugin-progress/src/stream.ts': 'plugin-progress/test/progress.test.ts',
  'plugin-report/src/options.ts': 'plugin-report/test/report.test.ts',
  'profiler/src/cpu-profile.ts': 'profiler/test/files.test.ts',
  'profiler/src/loop-clock.ts': 'profiler/test/stopwatch.test.ts',
  'profiler/src/no-files.ts': 'profiler/test/files.test.ts',
  'profiler/src/phases.ts': 'profiler/test/profiler.system.test.ts',
  'profiler/src/profile.ts': 'profiler/test/render.test.ts',
  'profiler/src/row.ts': 'profiler/test/stopwatch.test.ts',
  'profiler/src/trace-events.ts': 'profiler/test/trace-file.test.ts',
  'profiler/src/watch-loop.ts': 'profiler/test/profiler.system.test.ts',
  'export/src/tfjs/made-optimizer.ts': 'export/test/tfjs/optimizer-state.test.ts',
  'testing/src/contract/interruptions.ts': 'testing/test/plugin-contract.system.test.ts',
  'testing/src/replaced-globals.ts': 'testing/test/fake-clock.test.ts',
  'testing/src/timer-queue.ts': 'testing/test/fake-clock.test.ts',
  'plugin-sweep/src/picture.ts': 'plugin-sweep/test/run-sweep.test.ts',
  'plugin-sweep/src/random-stream.ts': 'plugin-sweep/test/next-tasks.test.ts',
  'plugin-sweep/src/standings.ts': 'plugin-sweep/test/run-sweep.test.ts',
  'plugin-sweep/src/sweep-config.ts': 'plugin-sweep/test/next-tasks.test.ts',
  'plugin-sweep/src/table.ts': 'plugin-sweep/test/run-sweep.test.ts',
  'plugin-sweep/src/tpe.ts': 'plugin-sweep/test/next-tasks.test.ts',
  'plugin-sweep/src/trial.ts': 'plugin-sweep/test/median-rule.test.ts',
}

it('a pure rule has a test of its name, or is named here with the test that has its cases', () => {
  expect(unmirrored().filter((path) => !Object.hasOwn(testedElsewhere, path))).toEqual([])
  const tests = Object.values(testedElsewhere)
  expect(tests.filter((path) => !existsSync(join(packages, path)))).toEqual([])
})

/** Lines that are neither empty nor comments, trimmed. */
function codeLines({ text }: { readonly text: string }): string[] {
  const withoutBlocks = text.replace(/^\s*\/\*[\s\S]*?\*\//gm, '')
  return withoutBlocks
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('//'))
}
