import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Trainer } from '@regimen/core'
import { describe, expect, it } from 'vitest'
import { checkpoint } from '../src/index.js'
import { temporaryFolder } from './helpers/folder.js'
import { curve, net } from './helpers/net.js'

/** A fit that resumes from what there is. @returns the step it began at, and whether it was resumed */
async function fit(rootDir: string, maxEpochs: number, options = {}) {
  const module = net()
  const trainer = new Trainer({ rootDir, maxEpochs, plugins: [checkpoint(options)] })
  const seen = { from: -1, isResumed: false, reports: [] as string[] }
  trainer.on('report').subscribe(({ message }) => seen.reports.push(message))
  trainer.hooks.setup.tap('test', ({ run }) => {
    seen.isResumed = run.isResumed
  })
  trainer.hooks.fitStart.tap('test', ({ step }) => {
    seen.from = step
  })
  try {
    await trainer.fit(module, { train: curve(12) }, { resumeFrom: 'auto' })
    return { ...seen, step: trainer.state.step }
  } finally {
    module.dispose()
    await trainer.dispose()
  }
}

describe("resumeFrom: 'auto'", () => {
  it('begins anew where there is nothing, and continues where there is something', async () => {
    const root = temporaryFolder()
    const first = await fit(root, 1)
    expect(first).toMatchObject({ from: 0, isResumed: false })
    expect(first.reports.join()).toContain('There is no checkpoint yet')
    const second = await fit(root, 2)
    expect(second).toMatchObject({ from: first.step, isResumed: true, step: 2 * first.step })
    expect(second.reports.join()).not.toContain('no checkpoint yet')
  })

  it('takes the newest that is whole, as `last` does, and never begins anew over damaged files', async () => {
    const root = temporaryFolder()
    const { step } = await fit(root, 2, { topK: -1 })
    writeFileSync(join(root, 'checkpoints/version_0/last.safetensors'), 'damaged')
    const next = await fit(root, 3, { topK: -1 })
    expect(next).toMatchObject({ isResumed: true, from: step })
    expect(next.reports.join()).toContain('is used instead')
    const other = temporaryFolder()
    await fit(other, 1, { topK: 0 })
    writeFileSync(join(other, 'checkpoints/version_0/last.safetensors'), 'damaged')
    await expect(fit(other, 2, { topK: 0 })).rejects.toMatchObject({
      code: 'REG_CHECKPOINT_DAMAGED',
    })
  })

  it('needs a plugin that finds checkpoints', async () => {
    const module = net()
    const fitted = new Trainer({ maxEpochs: 1 }).fit(
      module,
      { train: curve(12) },
      { resumeFrom: 'auto' },
    )
    await expect(fitted).rejects.toMatchObject({ code: 'REG_SERVICE_MISSING' })
    module.dispose()
  })
})
