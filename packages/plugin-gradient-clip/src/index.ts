export type {
  ClipByNorm,
  ClipByValue,
  CommonClipOptions,
  GradientClipOptions,
} from './clip-options.js'
export { gradientClip } from './gradient-clip.js'
