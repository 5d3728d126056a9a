import { Op } from '../src/engine/op'
import { convolve } from './convolve'
import { filterGradient } from './filter-gradient'
import { packFilter } from './filter-panels'
import { product } from './gemm'
import { winograd } from './winograd'
import { winogradFilter } from './winograd-filter'
import { winogradGradient } from './winograd-gradient'
import { winogradPanels } from './winograd-panels'

/** Runs one task of an operation on matrices. Traps on a number that it does not know. */
export function matrix(op: i32, args: usize, task: i32): void {
  switch (op) {
    case Op.product:
      product<f32>(args, task)
      break
    case Op.integerProduct:
      product<i32>(args, task)
      break
    case Op.packFilter:
      packFilter(args, task)
      break
    case Op.convolve:
      convolve(args, task)
      break
    case Op.filterGradient:
      filterGradient(args, task)
      break
    case Op.winogradPanels:
      winogradPanels(args, task)
      break
    case Op.winograd:
      winograd(args, task)
      break
    case Op.winogradGradient:
      winogradGradient(args, task)
      break
    case Op.winogradFilter:
      winogradFilter(args, task)
      break
    default:
      unreachable()
  }
}
