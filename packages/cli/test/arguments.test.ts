import { describe, expect, it } from 'vitest'
import { parseArguments, typedCommand } from '../src/arguments.js'
import { UsageError } from '../src/usage-error.js'

const parse = (line: string) => parseArguments(line.split(' ').filter(Boolean))

describe('a command line', () => {
  it('has a command, flags and settings, in any order', async () => {
    expect(await parse('--config a.ts fit --set a=1 --set=b=2 --max-epochs=3 --test')).toEqual({
      command: 'fit',
      flags: { config: 'a.ts', 'max-epochs': '3', test: '' },
      settings: ['a=1', 'b=2'],
    })
  })

  it.each([
    ['sync', undefined],
    ['sync runs/mnist', 'runs/mnist'],
    ['sync --debug out', 'out'],
  ])('may name a folder: %s', async (line, argument) => {
    expect(await parse(line)).toMatchObject({ command: 'sync', argument })
  })

  it.each([
    ['fit --fast-dev-run', { 'fast-dev-run': '' }],
    ['fit --fast-dev-run=4', { 'fast-dev-run': '4' }],
    ['fit --gpus -1', { gpus: '-1' }],
    ['fit --gpus=0,2', { gpus: '0,2' }],
    ['fit -h', { help: '' }],
    ['fit --version', { version: '' }],
    ['--help', { help: '' }],
    ['-v', { version: '' }],
  ])('may read %s', async (line, flags) => {
    expect((await parse(line)).flags).toEqual(flags)
  })

  it.each([
    ['', 'Give a command.'],
    ['--debug', 'regimen without a command has no flag --debug. It belongs to fit,'],
    ['fitt', 'There is no command "fitt". Did you mean "fit"?'],
    ['toString', 'There is no command "toString".'],
    ['fit now', '"now" was not expected after fit.'],
    ['sync runs more', '"more" was not expected after sync runs.'],
    ['fit --max-epoch 3', 'has no flag --max-epoch. Did you mean "max-epochs"?'],
    ['fit --frobnicate', 'regimen fit has no flag --frobnicate.'],
    ['fit -x', 'regimen fit has no flag -x.'],
    ['fit --fast-dev-run 4', '"4" was not expected after fit.'],
    ['explain --checkpoint best', 'It belongs to fit, validate, test, predict.'],
    ['test --resume last', 'has no flag --resume. It belongs to fit.'],
    ['test --out x', 'It belongs to predict, export.'],
    ['doctor --gpus 1', 'regimen doctor has no flag --gpus.'],
    ['fit --config', '--config needs a value: --config <file>.'],
    ['fit --config --debug', '--config needs a value'],
    ['fit --config=', '--config needs a value'],
    ['fit --fast-dev-run=', '--fast-dev-run needs a value'],
    ['fit --debug=yes', '--debug takes no value.'],
    ['fit --config a --config b', '--config was given twice.'],
  ])('is refused where something would be ignored: %s', async (line, text) => {
    await expect(parse(line)).rejects.toThrow(UsageError)
    await expect(parse(line)).rejects.toThrow(text)
  })
})

describe('the command that was typed', () => {
  it.each([
    ['fit --bogus', 'fit'],
    ['--checkpoint test fit --bogus', 'fit'],
    ['--config=predict validate extra', 'validate'],
    ['--checkpoint test', undefined],
    ['ft test', undefined],
    ['', undefined],
  ])('of "%s" is %s', (line, command) => {
    expect(typedCommand(line.split(' ').filter((word) => word !== ''))).toBe(command)
  })
})
