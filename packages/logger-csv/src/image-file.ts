import { createHash } from 'node:crypto'
import type { ImageRecord } from '@regimen/logger-kit/writer'

/** Path of an image's file in the folder of its run. */
export function imageFile({
  name,
  step,
  mime,
}: Pick<ImageRecord, 'name' | 'step' | 'mime'>): string {
  const extension = mime === 'image/png' ? 'png' : 'jpg'
  return `images/${fileNameOf(name)}-${step}.${extension}`
}

/** A name for a file that leads nowhere; if it had to be changed, another one for each name. */
function fileNameOf(name: string): string {
  const plain = name.replace(/[^\w.-]+/g, '_').slice(0, 100)
  if (plain === name && !name.startsWith('.')) return name
  return `${plain.replace(/^\.+/, '_')}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
}
