import { readFile } from 'node:fs/promises'
import type { AppendFile } from '@regimen/logger-kit/files'

const NEWLINE = 10

/** Cuts off what is behind the last whole line of a file. @returns the rest of it */
export async function cutTornLine(file: AppendFile): Promise<string> {
  const bytes = await readFile(file.path)
  const end = bytes.lastIndexOf(NEWLINE) + 1
  if (end < bytes.length) await file.cut(end)
  return bytes.subarray(0, end).toString()
}
