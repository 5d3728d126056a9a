import { quote, quoteAll } from '../checks.js'
import { notice } from '../loader/notice.js'
import { shuffledIndices } from '../random.js'
import type { ImageSettings } from './image-options.js'
import { nodeModule } from './node-module.js'

/** The images of a folder: of each its path, and the index of its class. */
export interface ImageFiles {
  readonly classes: readonly string[]
  readonly paths: readonly string[]
  readonly labels: Uint32Array
}

const OWNER = 'fromImages'
const ENDINGS = /\.(png|jpe?g)$/i

/**
 * Finds the images of a folder that has one for each class, by class and then by name.
 *
 * @throws Error for a folder that is missing, cannot be read or has no classes, and for a class without images
 */
export function findImages(folder: string, settings: ImageSettings): ImageFiles {
  const { join } = nodeModule<typeof import('node:path')>('node:path', OWNER)
  const entries = entriesOf(folder)
  const found = entries.filter((one) => one.isDirectory()).map(({ name }) => name)
  const classes = settings.classes ?? found.filter((name) => !name.startsWith('.')).sort()
  const missing = classes.filter((name) => !found.includes(name))
  if (missing.length > 0) {
    throw new Error(
      `${folder} has no folder for the class ${quoteAll(missing)}; it has ${quoteAll(found)}.`,
    )
  }
  if (classes.length === 0) {
    throw new Error(
      `${folder} has no folders; ${OWNER} takes the images in a folder for each class, such as ${join(folder, 'cat', '1.png')}.`,
    )
  }
  const images = classes.flatMap((name, label) =>
    imagesOf(join(folder, name), label, settings).map((path) => ({ path, label })),
  )
  if (images.length === 0) {
    throw new RangeError(
      `No image of ${folder} is in part ${quote(settings.part)}; give larger shares.`,
    )
  }
  const labels = Uint32Array.from(images, ({ label }) => label)
  return { classes, paths: images.map(({ path }) => path), labels }
}

/** The images of a class, below its folder at any depth. */
function imagesOf(
  folder: string,
  label: number,
  { part: [from, to], seed = 0 }: ImageSettings,
): string[] {
  const { join } = nodeModule<typeof import('node:path')>('node:path', OWNER)
  const all = entriesOf(folder, true)
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
  const images = all.filter((path) => ENDINGS.test(path)).sort()
  const others = all.length - images.length
  if (others > 0) {
    notice(
      'REG_DATA_IGNORED',
      `${OWNER} ${folder}`,
      `${OWNER} leaves out ${others} of ${all.length} files in ${folder}: it reads .png, .jpg and .jpeg.`,
    )
  }
  if (images.length === 0) {
    throw new Error(`${folder} has no image; ${OWNER} reads .png, .jpg and .jpeg.`)
  }
  if (from === 0 && to === 1) return images
  const order = shuffledIndices(images.length, { seed, stream: label })
  const [first, end] = [Math.round(from * images.length), Math.round(to * images.length)]
  return [...order.subarray(first, end)]
    .sort((a, b) => a - b)
    .map((index) => images[index] as string)
}

function entriesOf(folder: string, recursive = false): import('node:fs').Dirent[] {
  const { readdirSync } = nodeModule<typeof import('node:fs')>('node:fs', OWNER)
  try {
    return readdirSync(folder, { withFileTypes: true, recursive })
  } catch (cause) {
    const { code } = cause as { code?: string }
    const why =
      code === 'ENOENT'
        ? 'there is none'
        : code === 'ENOTDIR'
          ? 'it is a file'
          : code === 'EACCES'
            ? 'permission is denied'
            : String(cause)
    throw new Error(`${OWNER} cannot read the folder ${folder}: ${why}.`, { cause })
  }
}
