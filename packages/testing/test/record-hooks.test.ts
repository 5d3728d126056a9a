import { Trainer } from '@regimen/core'
import { describe, expect, it } from 'vitest'
import { recordHooks, runPlugin } from '../src/index.js'
import { createScript } from '../src/script.js'

/** The lines of a scripted run. */
async function linesOf(
  options: Parameters<typeof recordHooks>[1],
  sanityBatches = 0,
): Promise<readonly string[]> {
  let lines: readonly string[] = []
  await runPlugin([], {
    metrics: [{ val_loss: 1 }],
    options: { sanityBatches },
    watch: (trainer) => {
      lines = recordHooks(trainer, options)
    },
  })
  return lines
}

describe('recorded hooks', () => {
  it('are lines in the order of the calls, with counters of what is complete', async () => {
    expect(await linesOf({ except: ['record', 'saveState'] })).toMatchInlineSnapshot(`
      [
        "configure",
        "setup",
        "fitStart",
        "epochStart epoch 0",
        "batch epoch 0, batch 0, step 0",
        "batchStart epoch 0, batch 0, step 0",
        "loss epoch 0, batch 0, step 0",
        "gradients epoch 0, batch 0, step 0",
        "stepStart epoch 0, batch 0, step 0",
        "stepEnd epoch 0, batch 0, step 1",
        "batchEnd epoch 0, batch 1, step 1",
        "validationStart",
        "validationBatchStart evaluated 0",
        "validationBatchEnd evaluated 1",
        "validationEnd",
        "epochEnd epoch 1",
        "monitor epoch 1, step 1 (validation, epoch)",
        "save epoch 1, step 1 (validation, epoch)",
        "fitEnd",
        "teardown",
      ]
    `)
  })

  it('may be some of them only', async () => {
    const only = ['validationStart', 'validationEnd', 'sanityEnd'] as const
    expect(await linesOf({ only }, 2)).toEqual([
      'validationStart (sanity)',
      'validationEnd (sanity)',
      'sanityEnd',
      'validationStart',
      'validationEnd',
    ])
  })

  it('say how something ended that was not completed, and why something was saved', async () => {
    const controller = new AbortController()
    const trainer = new Trainer({ maxEpochs: 2 })
    const lines = recordHooks(trainer, { only: ['batchEnd', 'epochEnd', 'save', 'fitEnd'] })
    trainer.hooks.batchStart.tap('abort', () => controller.abort())
    const script = createScript({ metrics: [{}], batches: 2 }, trainer.state)
    await trainer.fit(script.module, script.data, { signal: controller.signal })
    script.dispose()
    expect(lines).toEqual([
      'batchEnd epoch 0, batch 1, step 1',
      'save epoch 0, step 1 (interrupted)',
      'epochEnd epoch 0 (interrupted)',
      'fitEnd (interrupted)',
    ])
  })

  it('do not change what the taps of waterfalls give on', async () => {
    const { snapshot } = await runPlugin([], { metrics: [{}], batches: 3, watch: recordHooks })
    expect(snapshot.tensors['module/w']?.data[0]).toBe(-3)
  })
})
