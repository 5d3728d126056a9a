import { describe, expect, it } from 'vitest'
import { chooseDevices, readDevices, readGpus } from '../src/gpus.js'

describe('gpus', () => {
  it.each([
    [1, { kind: 'count', count: 1 }],
    [3, { kind: 'count', count: 3 }],
    [[0, 2], { kind: 'indices', indices: [0, 2] }],
    ['0,2', { kind: 'indices', indices: [0, 2] }],
    [' 2, 0 ', { kind: 'indices', indices: [2, 0] }],
    ['2', { kind: 'indices', indices: [2] }],
    [[5], { kind: 'indices', indices: [5] }],
    [-1, { kind: 'all' }],
    ['-1', { kind: 'all' }],
    [[-1], { kind: 'all' }],
  ])('%j is read', (given, wish) => {
    expect(readGpus(given)).toEqual(wish)
  })

  it.each([
    [0, '"gpus" is 0; expected a count'],
    [-2, '"gpus" is -2;'],
    [1.5, '"gpus" is 1.5;'],
    [Number.NaN, '"gpus" is NaN;'],
    [Number.POSITIVE_INFINITY, '"gpus" is Infinity;'],
    [[], '"gpus" is [];'],
    [[0, 0], '"gpus" is [0,0], which names GPU 0 twice'],
    ['1,2,1', 'names GPU 1 twice'],
    [[0, -1], '"gpus" is [0,-1];'],
    [[0.5], '"gpus" is [0.5];'],
    ['', '"gpus" is "";'],
    ['0,', '"gpus" is "0,";'],
    ['all', '"gpus" is "all";'],
    [true, '"gpus" is true;'],
    [null, '"gpus" is null;'],
    [{}, '"gpus" is {};'],
    [undefined, '"gpus" is undefined;'],
  ])('%j is refused', (given, text) => {
    const read = () => readGpus(given)
    expect(read).toThrow(expect.objectContaining({ code: 'REG_OPTION_INVALID' }))
    expect(read).toThrow(text)
  })
})

describe('visible devices', () => {
  it.each([
    [undefined, 'all'],
    ['0', ['0']],
    ['4, 5', ['4', '5']],
    ['GPU-ab,GPU-cd', ['GPU-ab', 'GPU-cd']],
    ['', []],
    ['-1', []],
    ['0,-1,1', ['0']],
  ])('%j', (variable, devices) => {
    expect(readDevices(variable)).toEqual(devices)
  })
})

describe('chosen devices', () => {
  it.each([
    [1, undefined, 4, '0'],
    [2, undefined, undefined, '0,1'],
    [[2, 0], undefined, 3, '2,0'],
    [-1, undefined, 4, 'all'],
    [-1, '4,5', 8, '4,5'],
    [1, '4,5', 8, '4'],
    [[1], '4,5', 8, '5'],
    [2, '4,5', undefined, '4,5'],
  ])('%j where %j is visible, of %j', (gpus, variable, known, chosen) => {
    expect(String(chooseDevices(readGpus(gpus), readDevices(variable), known))).toBe(chosen)
  })

  it.each([
    [3, undefined, 2, '3 GPUs, but nvidia-smi lists 2. Indices go from 0 to 1'],
    [[5], undefined, 2, 'the GPU with index 5, but nvidia-smi lists 2'],
    [1, undefined, 0, 'nvidia-smi lists 0. Use node() or wasm()'],
    [[2], '4,5', 8, 'index 2, but CUDA_VISIBLE_DEVICES="4,5" leaves 2'],
    [1, '', undefined, 'CUDA_VISIBLE_DEVICES="" leaves 0'],
  ])('%j where %j is visible, of %j, is refused', (gpus, variable, known, text) => {
    const choose = () => chooseDevices(readGpus(gpus), readDevices(variable), known)
    expect(choose).toThrow(expect.objectContaining({ code: 'REG_ENGINE_FAILED' }))
    expect(choose).toThrow(text)
  })
})
