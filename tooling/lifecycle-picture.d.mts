import type { Lifecycle } from '../packages/core/src/hooks/lifecycle.js'

/** Draws the lifecycle as the text of an SVG, for a light and a dark page. */
export function lifecyclePicture(lifecycle: Lifecycle): string
