import { quote } from './checks.js'
import { type NestedNumbers, product } from './columns.js'

/**
 * Nested arrays as one Float32Array and its shape. The first row says what shape all have.
 *
 * @throws TypeError if a row has another shape or holds anything but numbers
 */
export function flattenNested(
  nested: NestedNumbers,
  name: string,
): { data: Float32Array; shape: readonly number[] } {
  const shape: number[] = []
  for (let level: unknown = nested; Array.isArray(level); level = level[0])
    shape.push(level.length)
  const data = new Float32Array(product(shape))
  let filled = 0
  const fill = (value: unknown, axis: number, row: number): void => {
    const length = shape[axis]
    const isFit =
      length === undefined
        ? typeof value === 'number'
        : Array.isArray(value) && value.length === length
    if (!isFit) {
      const found = Array.isArray(value) ? `an array of ${value.length}` : quote(value)
      const wanted = length === undefined ? 'a number' : `an array of ${length}`
      throw new TypeError(
        `Column ${quote(name)} has ${found} in row ${row} where ${wanted} belongs; give all rows the same shape.`,
      )
    }
    if (length === undefined) data[filled++] = value as number
    else for (const item of value as unknown[]) fill(item, axis + 1, row)
  }
  for (const [row, value] of nested.entries()) fill(value, 1, row)
  return { data, shape }
}
