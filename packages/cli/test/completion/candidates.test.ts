import { describe, expect, it } from 'vitest'
import { candidates } from '../../src/completion/candidates.js'

const around = {
  pluginNames: async () => ['early-stopping', 'logger-csv'],
  keys: async () => ['hparams', 'maxEpochs', 'maxSteps'],
}
const complete = (line: string) => candidates(line.split(' ').slice(1), around)

describe('completion', () => {
  it.each([
    ['regimen fi', ['fit']],
    ['regimen --v', ['--version']],
    ['regimen fit --max', ['--max-epochs']],
    ['regimen fit --max-epochs 3 --max', []],
    ['regimen fit --set maxEpochs=3 --se', ['--set']],
    ['regimen fit --resume ', ['last', 'best', 'auto']],
    ['regimen fit --resume la', ['last']],
    ['regimen fit --resume = la', ['last']],
    ['regimen fit --resume =', ['last', 'best', 'auto']],
    ['regimen fit --resume=b', ['--resume=best']],
    ['regimen fit --accelerator w', ['wasm']],
    ['regimen fit --set max', ['maxEpochs=', 'maxSteps=']],
    ['regimen fit --set h', ['hparams.']],
    ['regimen fit --set plugins.e', ['plugins.early-stopping.']],
    ['regimen fit --config ', []],
    ['regimen fit x', []],
    ['regimen help ea', ['early-stopping']],
    ['regimen help fit ea', []],
    ['regimen runs ', ['ls', 'show', 'compare', 'prune']],
    ['regimen export --format o', ['onnx']],
    ['regimen completion ', ['bash', 'zsh', 'fish']],
    ['regimen completion bash ', []],
    ['regimen toString ', []],
    ['regimen fti --', []],
  ])('%s', async (line, wanted) => {
    expect(await complete(line)).toEqual(wanted)
  })

  it('offers every command at first', async () => {
    expect(await candidates([''], around)).toContain('validate')
    expect(await candidates([], around)).toContain('validate')
  })
})
