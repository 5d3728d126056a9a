export { gradientClip } from './gradient-clip.js'
export {
  type ClipByNorm,
  type ClipByValue,
  type CommonClipOptions,
  type GradientClipOptions,
  options,
} from './options.js'
