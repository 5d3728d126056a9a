import { expect, it } from 'vitest'
import { matrixPicture } from '../../src/pictures/matrix-picture.js'

it('a cell is the darker the larger its share of its row', () => {
  const { width, height, levels } = matrixPicture([
    [8, 2],
    [0, 0],
  ])
  expect([width, height]).toEqual([97, 97])
  const corner = (row: number, column: number) => levels[(row * 48 + 2) * width + column * 48 + 2]
  expect([corner(0, 0), corner(0, 1), corner(1, 0)]).toEqual([75, 210, 255])
  // Numbers are white on dark and black on light.
  const inks = (column: number) =>
    new Set(
      levels.filter(
        (_, index) => index < width * 48 && Math.floor(((index % width) - 1) / 48) === column,
      ),
    )
  expect(inks(0)).toContain(255)
  expect(inks(1)).toContain(0)
})

it('many classes have small cells without numbers', () => {
  const counts = Array.from({ length: 600 }, () => Array<number>(600).fill(12345))
  expect(matrixPicture(counts).width).toBe(1201)
})
