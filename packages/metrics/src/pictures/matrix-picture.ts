import type { GreyPicture } from './png.js'

/** Digits of three by five points, a row in each group of three bits. */
const DIGITS: Readonly<Record<string, string>> = {
  '0': '111101101101111',
  '1': '010110010010111',
  '2': '111001111100111',
  '3': '111001111001111',
  '4': '101101111001001',
  '5': '111100111001111',
  '6': '111100111101111',
  '7': '111001001001001',
  '8': '111101111101111',
  '9': '111101111001111',
  '.': '000000000000010',
}
/** Points of a cell with its border, and of the whole picture at most. */
const CELL = 48
const MOST = 1024
const BORDER = 160

/**
 * Counts as a picture: a cell for each, the darker the larger its share of its row, with its number where there is
 * room.
 */
export function matrixPicture(counts: readonly (readonly number[])[]): GreyPicture {
  const size = counts.length
  const cell = Math.max(2, Math.min(CELL, Math.floor(MOST / size)))
  const width = cell * size + 1
  const levels = new Uint8Array(width * width).fill(BORDER)
  const set = (x: number, y: number, level: number) => {
    levels[y * width + x] = level
  }
  for (const [row, line] of counts.entries()) {
    const sum = line.reduce((so, count) => so + count, 0)
    for (const [column, count] of line.entries()) {
      const share = sum === 0 ? 0 : count / sum
      const level = Math.round(255 - 225 * share)
      const [left, top] = [column * cell + 1, row * cell + 1]
      for (let y = 0; y < cell - 1; y++)
        for (let x = 0; x < cell - 1; x++) set(left + x, top + y, level)
      const ink = level > 140 ? 0 : 255
      write(textOf(count), { left, top, cell }, (x, y) => set(x, y, ink))
    }
  }
  return { width, height: width, levels }
}

interface Place {
  readonly left: number
  readonly top: number
  readonly cell: number
}

/** Writes in the middle of a cell, as large as there is room, or not at all. */
function write(
  text: string,
  { left, top, cell }: Place,
  point: (x: number, y: number) => void,
) {
  const columns = text.length * 4 - 1
  const scale = Math.min(3, Math.floor((cell - 4) / Math.max(columns, 5)))
  const [startX, startY] = [columns, 5].map((points) =>
    Math.floor((cell - points * scale) / 2),
  )
  for (const [place, digit] of [...text].entries())
    for (const [index, bit] of [...(DIGITS[digit] ?? '')].entries()) {
      if (bit === '0') continue
      const x = left + (startX ?? 0) + (place * 4 + (index % 3)) * scale
      const y = top + (startY ?? 0) + Math.floor(index / 3) * scale
      for (let dot = 0; dot < scale * scale; dot++)
        point(x + (dot % scale), y + Math.floor(dot / scale))
    }
}

/** Whole numbers as they are, shares with two digits. */
const textOf = (count: number): string =>
  Number.isInteger(count) ? String(count) : count.toFixed(2)
