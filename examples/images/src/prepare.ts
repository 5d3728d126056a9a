import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { PNG } from 'pngjs'

const source = join(dirname(createRequire(import.meta.url).resolve('mnist')), 'digits')

/** Writes the first digits of the package `mnist` as `<folder>/<digit>/<n>.png`, unless they are there. */
export function writeDigits(folder: string, ofEach: number): void {
  if (existsSync(folder)) return
  for (let digit = 0; digit < 10; digit++) {
    const ink: number[] = JSON.parse(readFileSync(join(source, `${digit}.json`), 'utf8')).data
    mkdirSync(join(folder, `${digit}`), { recursive: true })
    for (let n = 0; n < ofEach; n++) {
      const image = new PNG({ width: 28, height: 28 })
      for (const at of image.data.keys()) {
        const grey = Math.round((ink[784 * n + Math.floor(at / 4)] as number) * 255)
        image.data[at] = at % 4 === 3 ? 255 : grey
      }
      writeFileSync(join(folder, `${digit}`, `${n}.png`), PNG.sync.write(image, { colorType: 0 }))
    }
  }
}
