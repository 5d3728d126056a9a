import { describe, expect, test } from 'vitest'
import {
  chooseKernels,
  instantiate,
  instantiateKernels,
  type KernelExports,
} from '../../src/engine/kernel-module.js'
import { bytesFor, bytesOf } from '../../src/engine/module-bytes.js'
import { Op } from '../../src/engine/op.js'
import { isExact } from '../../src/engine/wide-check.js'
import { wideKernelBytes } from '../../src/engine/wide-kernel-bytes.js'

const SCRATCH = 65536
const PROGRAM = SCRATCH + (1 << 19)
const DATA = PROGRAM + 4096
const PAGES = 32
/** Above every size: one task has all. */
const ALL = 1 << 20
// flags of a product
const ADDS = 4
const HAS_BIAS = 8
const RELU = 16
/** The second byte of `f32x4.relaxed_nmadd`, which is 0x85 in `f32x4.relaxed_madd`. */
const NEGATED = 0x86

await chooseKernels('relaxed')
const module = instantiateKernels(memoryOf(1))?.module as WebAssembly.Module
const wide = new WebAssembly.Module(bytesOf(wideKernelBytes))
const worlds = [null, wide].map((tiles) => {
  const memory = memoryOf(PAGES)
  const exports = instantiate(module, tiles, memory)
  exports.setScratch(SCRATCH)
  return { memory, exports }
})

describe('wide tiles, also where V8 does not join vectors', () => {
  test('compute whole numbers exactly', () => {
    expect(isExact(wide, true)).toBe(true)
    const limited = new WebAssembly.Module(bytesFor(bytesOf(wideKernelBytes), false))
    expect(isExact(limited, false)).toBe(true)
  })

  test('a wrong product among theirs is found out, whichever it is', () => {
    const bytes = bytesOf(wideKernelBytes)
    const found = productPlaces(bytes).filter((place) => {
      const broken = bytes.slice()
      broken[place] = NEGATED
      return !isExact(new WebAssembly.Module(broken), true)
    })
    expect(found).toHaveLength(6 * 4 + 2 * 4 * 4)
  })

  test.each([1, 4, 5, 6, 7, 13, 131])(
    'products of %i rows have the bits of the other tiles',
    (rows) => {
      for (const columns of [8, 16, 17, 33]) {
        for (const inner of [1, 7, 513]) {
          for (const flags of [0, 1, 2, 3, ADDS, HAS_BIAS, 2 | RELU, 1 | ADDS | HAS_BIAS | RELU]) {
            const [a, b, bias, out, end] = places([
              rows * inner,
              inner * columns,
              columns,
              rows * columns,
            ])
            const integers = [rows, inner, columns, flags, ALL, ALL, 1, 1, 0]
            const launch = { op: Op.product, addresses: [out, a, b, bias], integers }
            const name = `${rows} ${inner} ${columns}, flags ${flags}`
            expect(isSame([launch], out, end), name).toBe(true)
          }
        }
      }
    },
  )

  test.each([
    [4, 64],
    [5, 9],
    [8, 5],
    [3, 33],
  ])('an LSTM of %i sequences and %i units has the bits of the other tiles', (batch, units) => {
    const steps = 3
    const gates = 4 * units
    const states = batch * steps * units
    const [kernel, panels, projected, bias, result, ...rest] = places([
      units * gates,
      units * 16 * Math.ceil(gates / 16),
      4 * states,
      gates,
      batch * units,
      4 * states,
      ...[states, states, states],
      6 * batch * units,
    ])
    const end = rest.pop()
    const pack = {
      op: Op.recurrentPanels,
      addresses: [panels, kernel],
      integers: [0, gates, units, gates, 0],
    }
    const layer = {
      op: Op.lstm,
      addresses: [result, ...rest, projected, panels, bias, 0, 0, 0],
      integers: [batch, steps, units, batch, 1, 1, 2],
    }
    expect(isSame([pack, layer], result, end)).toBe(true)
  })
})

interface Launch {
  readonly op: Op
  readonly addresses: readonly (number | undefined)[]
  readonly integers: readonly number[]
}

/** Whether launches on the same numbers leave the same bytes from one address to another, with wide tiles and without. */
function isSame(launches: readonly Launch[], from = 0, end = 0): boolean {
  const [narrow, other] = worlds.map(({ memory, exports }) => {
    const floats = new Float32Array(memory.buffer, DATA, (end - DATA) / 4)
    let state = 7
    for (let i = 0; i < floats.length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0
      floats[i] = state / 2 ** 31
    }
    for (const launch of launches) run(exports, memory, launch)
    return Buffer.from(memory.buffer, from, end - from)
  })
  return narrow?.equals(other as Buffer) === true
}

function run(
  exports: KernelExports,
  memory: WebAssembly.Memory,
  { op, addresses, integers }: Launch,
): void {
  const rest = [...addresses, ...integers, 0] as number[]
  new Int32Array(memory.buffer, PROGRAM).set([op, 3 + rest.length, 1, ...rest])
  exports.runProgram(PROGRAM, 1)
}

/** Addresses of arrays with so many values each, one behind the other, and where the last one ends. */
function places(counts: readonly number[]): number[] {
  let at = DATA
  const starts = counts.map((count) => {
    const place = at
    at += 16 * Math.ceil(count / 4) + 64
    return place
  })
  return [...starts, at]
}

function memoryOf(pages: number): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: pages, maximum: 65536, shared: true })
}

/** Where the second bytes of products are that are rounded once: 0xfd 0x85 0x02. */
function productPlaces(bytes: Uint8Array): number[] {
  return [...bytes.keys()].filter(
    (at) => bytes[at - 1] === 0xfd && bytes[at] === 0x85 && bytes[at + 1] === 0x02,
  )
}
